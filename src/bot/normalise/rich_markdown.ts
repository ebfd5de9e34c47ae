/** Writes a rich message that a person sent as Markdown; what it does not know keeps its words. */
import { z } from "../../core/schema.ts";
import { fenced } from "./fences.ts";

const fields = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof fields>;

/** Telegram allows 16. */
const DEEPEST = 40;
const HEADING_SIZES = z.int().min(1).max(6).catch(2);
const INLINE_MARKS: Readonly<Record<string, readonly [string, string]>> = {
  bold: ["**", "**"],
  italic: ["*", "*"],
  underline: ["<u>", "</u>"],
  strikethrough: ["~~", "~~"],
  spoiler: ["||", "||"],
  marked: ["==", "=="],
};

/** @returns undefined for a message without words */
export function richMarkdown(message: unknown): string | undefined {
  const text = blocksMarkdown(fieldsOf(message)["blocks"], 0);
  return text === "" ? undefined : text;
}

function blocksMarkdown(value: unknown, depth: number): string {
  if (!Array.isArray(value) || depth > DEEPEST) return "";
  return value.map((block) => blockMarkdown(fieldsOf(block), depth + 1))
    .filter((text) => text !== "").join("\n\n");
}

function blockMarkdown(block: Fields, depth: number): string {
  const text = inline(block["text"], depth);
  switch (block["type"]) {
    case "heading":
      return text === "" ? "" : `${"#".repeat(HEADING_SIZES.parse(block["size"]))} ${text}`;
    case "pre":
      return codeBlock(block, depth);
    case "divider":
      return "---";
    case "mathematical_expression":
      return `$$${wordOf(block["expression"])}$$`;
    case "list":
      return list(block["items"], depth);
    case "blockquote":
    case "expandable_blockquote":
    case "pullquote": {
      const quoted = [text, blocksMarkdown(block["blocks"], depth), inline(block["credit"], depth)];
      return quoted.filter(Boolean).join("\n\n").replaceAll(/^/gm, "> ");
    }
    case "table":
      return table(block["cells"], depth);
    default: {
      const parts = [
        inline(block["summary"], depth),
        text,
        blocksMarkdown(block["blocks"], depth),
        inline(fieldsOf(block["caption"])["text"], depth),
      ];
      return parts.filter(Boolean).join("\n\n");
    }
  }
}

function codeBlock(block: Fields, depth: number): string {
  const code = fenced(plain(block["text"], depth));
  const language = wordOf(block["language"]).replaceAll(/[\s`]+/g, "");
  return code.replace("\n", () => `${language}\n`);
}

function list(items: unknown, depth: number): string {
  if (!Array.isArray(items)) return "";
  return items.map((each) => {
    const item = fieldsOf(each);
    const box = item["has_checkbox"] !== true ? "" : item["is_checked"] === true ? "[x] " : "[ ] ";
    const label = /^\w+[.)]$/.test(wordOf(item["label"])) ? wordOf(item["label"]) : "-";
    const lines = blocksMarkdown(item["blocks"], depth).split("\n");
    const indent = " ".repeat(label.length + 1);
    return `${label} ${box}${lines.join(`\n${indent}`)}`;
  }).join("\n");
}

function table(rows: unknown, depth: number): string {
  if (!Array.isArray(rows)) return "";
  const lines = rows.map((row) => {
    const cells = Array.isArray(row) ? row : [];
    const texts = cells.map((cell) =>
      inline(fieldsOf(cell)["text"], depth).replaceAll("|", "\\|").replaceAll("\n", " ")
    );
    return { text: `| ${texts.join(" | ")} |`, width: cells.length };
  });
  const [head, ...body] = lines;
  if (head === undefined) return "";
  return [head.text, `|${" --- |".repeat(head.width)}`, ...body.map(({ text }) => text)].join("\n");
}

function inline(value: unknown, depth: number): string {
  if (typeof value === "string") return value;
  if (depth > DEEPEST) return "";
  if (Array.isArray(value)) return value.map((part) => inline(part, depth + 1)).join("");
  const part = fieldsOf(value);
  const text = inline(part["text"], depth + 1);
  switch (part["type"]) {
    case "url": {
      const url = wordOf(part["url"]);
      return url === "" || url === text ? text : `[${text}](${url})`;
    }
    case "code":
      return text === "" ? "" : `\`${plain(part["text"], depth + 1)}\``;
    case "mathematical_expression":
      return `$${wordOf(part["expression"])}$`;
    case "custom_emoji":
      return wordOf(part["alternative_text"]);
    default: {
      const [open, close] = INLINE_MARKS[wordOf(part["type"])] ?? ["", ""];
      return text.trim() === "" ? text : `${open}${text}${close}`;
    }
  }
}

/** The words alone, for code. */
function plain(value: unknown, depth: number): string {
  if (typeof value === "string") return value;
  if (depth > DEEPEST) return "";
  if (Array.isArray(value)) return value.map((part) => plain(part, depth + 1)).join("");
  return plain(fieldsOf(value)["text"] ?? "", depth + 1);
}

function fieldsOf(value: unknown): Fields {
  const read = fields.safeParse(value);
  return read.success ? read.data : {};
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
