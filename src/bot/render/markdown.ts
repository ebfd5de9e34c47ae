/** Markdown, as an agent writes it, becomes text and entities: there is nothing left to escape. */
import { renderBlocks } from "./blocks.ts";
import { cleanText, isVisible } from "./clean_text.ts";
import { type FormattedText, plainText } from "./formatted_text.ts";
import { collectReferences, type Node, parseMarkdown, type References } from "./markdown_tree.ts";
import { nestsTooDeep } from "./nesting_guard.ts";
import { normalize } from "./normalize.ts";

/** The parser's time grows faster than the text; what is longer goes out as a file anyway. */
const LONGEST_READ = 100_000;

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
  const document = parsed(text);
  if (document === undefined) return normalize(plainText(text));
  const { blocks, references } = document;
  return normalize(renderBlocks(blocks, { references, listDepth: 0, quoteDepth: 0 }));
}

export interface MarkdownDocument {
  /** In the order of reading: footnotes come last. */
  readonly blocks: readonly Node[];
  readonly references: References;
}

/** @returns undefined for what is better left as it was written, see {@link renderMarkdown} */
export function readMarkdown(markdown: string): MarkdownDocument | undefined {
  return parsed(cleanText(markdown));
}

function parsed(text: string): MarkdownDocument | undefined {
  if (text.length > LONGEST_READ || nestsTooDeep(text)) return undefined;
  const tree = parseMarkdown(text);
  const isNote = ({ type }: { type: string }): boolean => type === "footnoteDefinition";
  const body = tree.children.filter((node) => !isNote(node));
  const notes = tree.children.filter(isNote);
  return { blocks: [...body, ...notes], references: collectReferences(tree) };
}
