/** Reads GitHub-flavoured Markdown in steps that grow with its length, and never throws. */
import { BudgetSpent, WorkBudget } from "./work_budget.ts";
import { buildDocument } from "./markdown_document.ts";
import { parseBlocks } from "./markdown_blocks.ts";
import { withoutControls } from "./control_characters.ts";
import { type Block, type Inline, type ListItem, textOfInline } from "./markdown_nodes.ts";

export * from "./markdown_nodes.ts";

/** Longer texts are sent as files. */
const LONGEST_READ = 100_000;
/** Measured: an ordinary document takes about two per character. */
const STEPS_PER_CHARACTER = 40;
const FREE_STEPS = 10_000;

export interface MarkdownOptions {
  /** The working folder: paths in it are shown from there on. */
  readonly folder?: string;
}

export interface MarkdownDocument {
  /** In the order of reading: footnotes come last. */
  readonly blocks: readonly Block[];
  /** What reading it took; at most a multiple of the length. */
  readonly steps: number;
}

/** @returns undefined when reading would take too long, and the text is better shown as it is */
export function readDocument(
  text: string,
  options: MarkdownOptions = {},
): MarkdownDocument | undefined {
  if (text.length > LONGEST_READ) return undefined;
  const lang = bareLanguage(text);
  if (lang !== undefined) return { blocks: [{ type: "code", value: text.trim(), lang }], steps: 0 };
  const budget = new WorkBudget(FREE_STEPS + STEPS_PER_CHARACTER * text.length);
  try {
    const blocks = buildDocument(parseBlocks(text, budget), budget, options);
    return { blocks, steps: budget.spent };
  } catch (error) {
    if (error instanceof BudgetSpent) return undefined;
    throw error;
  }
}

/**
 * Recognises an answer that is nothing but data, without a fence around it. As Markdown it would lose
 * its indentation, stars that come in pairs, and which lines of a diff are new.
 */
function bareLanguage(text: string): "json" | "diff" | undefined {
  if (isJson(text)) return "json";
  const isDiff = /^\s*(?:diff --git |--- \S.*\n\+\+\+ )/.test(text) && /^@@ -\d/m.test(text);
  return isDiff ? "diff" : undefined;
}

function isJson(text: string): boolean {
  if (!/^\s*(?:\{\s*["}]|\[\s*[{["])/.test(text) || !/[}\]]\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** By the depth of the list. */
const BULLETS = ["•", "◦", "▪"] as const;

/**
 * What stands before an item of a list.
 * @param depth lists around the list
 */
export function listMarker(
  { number, checked }: ListItem,
  depth: number,
): string {
  const box = checked === undefined ? "" : checked ? "☑ " : "☐ ";
  if (number !== undefined) return `${number}. ${box}`;
  return box || `${BULLETS[Math.min(depth, BULLETS.length - 1)]} `;
}

/** Lines that show less are cut, so that reading the rest is no use. */
const LONGEST_LINE_READ = 2_000;

/**
 * Writes on one line what a person reads of the text, without marks: `**Looking at \`a.ts\`**` is
 * `Looking at a.ts`. Redact secrets first: without the marks in it a known one is not recognized.
 */
export function plainLine(markdown: string): string {
  const document = readDocument(withoutControls(markdown.slice(0, LONGEST_LINE_READ)));
  const text = textOfBlocks(document?.blocks ?? []);
  return (text.trim() === "" ? markdown : text).replace(/\s+/g, " ").trim();
}

function textOfBlocks(blocks: readonly Block[]): string {
  return blocks.map(textOfBlock).join(" ");
}

function textOfBlock(block: Block): string {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return shownInline(block.children);
    case "code":
    case "mathBlock":
      return block.value;
    case "blockquote":
    case "footnoteDefinition":
      return textOfBlocks(block.children);
    case "details":
      return `${shownInline(block.summary)} ${textOfBlocks(block.children)}`;
    case "list":
      return block.items.map((item) => listMarker(item, 0) + textOfBlocks(item.children)).join(" ");
    case "table":
      return block.rows.flat().map(shownInline).join(" ");
    case "thematicBreak":
      return "";
    default:
      return block satisfies never;
  }
}

/** A link without a label is shown by where it leads. */
function shownInline(nodes: readonly Inline[]): string {
  return nodes.map((node): string => {
    if (node.type === "image") return node.alt.trim() === "" ? node.url : node.alt;
    if (!("children" in node)) return textOfInline([node]);
    const label = shownInline(node.children);
    return node.type === "link" && label.trim() === "" ? node.url : label;
  }).join("");
}

/** Removes blank lines before and after code; the first line keeps its indentation. */
export function withoutBlankEdges(code: string): string {
  return code.trimEnd().replace(/^(?: *\n)+/, "");
}
