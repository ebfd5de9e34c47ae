/** Markdown, as an agent writes it, becomes text and entities: there is nothing left to escape. */
import { renderBlocks } from "./blocks.ts";
import { cleanText } from "./clean_text.ts";
import { type FormattedText, plainText } from "./formatted_text.ts";
import { collectReferences, parseMarkdown } from "./markdown_tree.ts";
import { nestsTooDeep } from "./nesting_guard.ts";
import { normalize } from "./normalize.ts";

/**
 * The whole document as one message, of any length and with any number of entities: `splitMessage`
 * makes parts of it that Telegram takes. Text without anything visible becomes empty, and text that
 * nests absurdly deep stays as it was written.
 */
export function renderMarkdown(markdown: string): FormattedText {
  const text = cleanText(markdown);
  if (nestsTooDeep(text)) return normalize(plainText(text));
  const tree = parseMarkdown(text);
  const references = collectReferences(tree);
  const isNote = ({ type }: { type: string }): boolean => type === "footnoteDefinition";
  const body = tree.children.filter((node) => !isNote(node));
  const notes = tree.children.filter(isNote);
  const place = { references, listDepth: 0, inQuote: false };
  return normalize(renderBlocks([...body, ...notes], place));
}
