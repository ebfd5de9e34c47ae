/** Markdown, as an agent writes it, becomes text and entities: there is nothing left to escape. */
import { renderBlocks } from "./blocks.ts";
import { cleanText, isVisible } from "./clean_text.ts";
import { type FormattedText, plainText } from "./formatted_text.ts";
import { type MarkdownDocument, readDocument } from "../../core/text/markdown_document.ts";
import { normalize } from "./normalize.ts";

/**
 * The whole document as one message, of any length and with any number of entities: `splitMessage`
 * makes parts of it that Telegram takes. Text without anything visible becomes empty; text beyond
 * 100,000 characters or that nests absurdly deep stays as it was written.
 */
export function renderMarkdown(markdown: string): FormattedText {
  const message = rendered(cleanText(markdown));
  return isVisible(message.text) ? message : plainText("");
}

function rendered(text: string): FormattedText {
  const document = readDocument(text);
  if (document === undefined) return normalize(plainText(text));
  const { blocks, references } = document;
  return normalize(renderBlocks(blocks, { references, listDepth: 0, quoteDepth: 0 }));
}

/** @returns undefined for what is better left as it was written, see {@link renderMarkdown} */
export function readMarkdown(markdown: string): MarkdownDocument | undefined {
  return readDocument(cleanText(markdown));
}
