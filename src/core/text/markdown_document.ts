/** Reads Markdown for whoever draws it, unless that would keep the program busy. */
import { collectReferences, type Node, parseMarkdown, type References } from "./markdown_tree.ts";
import { nestsTooDeep } from "./nesting_guard.ts";

/** The parser's time grows faster than the text. */
const LONGEST_READ = 100_000;

export interface MarkdownDocument {
  /** In the order of reading: footnotes come last. */
  readonly blocks: readonly Node[];
  readonly references: References;
}

/** @returns undefined for what is better left as it was written: it is too long or nests too deep */
export function readDocument(text: string): MarkdownDocument | undefined {
  if (text.length > LONGEST_READ || nestsTooDeep(text)) return undefined;
  const tree = parseMarkdown(text);
  const isNote = ({ type }: { type: string }): boolean => type === "footnoteDefinition";
  const body = tree.children.filter((node) => !isNote(node));
  const notes = tree.children.filter(isNote);
  return { blocks: [...body, ...notes], references: collectReferences(tree) };
}
