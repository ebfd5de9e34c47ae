/** Text within a line of Markdown: emphasis, code, links. */
import type { Inline, LinkNode } from "../../core/text/markdown.ts";
import { fileReference } from "../../core/text/file_paths.ts";
import { scriptLetters, scriptMarks } from "../../core/text/script_letters.ts";
import { type Line, type Span, span, textOf, type Tone } from "./styled_line.ts";

/** Lines, as a break in the text begins a new one. */
export function inlineLines(nodes: readonly Inline[]): Line[] {
  return brokenLines(inlineSpans(nodes, []));
}

/** Begins a new line where a text has a line break. */
export function brokenLines(spans: readonly Span[]): Line[] {
  const lines: Span[][] = [[]];
  for (const each of spans) {
    const [first = "", ...more] = each.text.split("\n");
    lines.at(-1)?.push({ ...each, text: first });
    for (const text of more) lines.push([{ ...each, text }]);
  }
  return lines;
}

export function inlineSpans(nodes: readonly Inline[], tones: readonly Tone[]): Span[] {
  return nodes.flatMap((node) => nodeSpans(node, tones));
}

function nodeSpans(node: Inline, tones: readonly Tone[]): Span[] {
  const within = (tone: Tone, children: readonly Inline[]): Span[] =>
    inlineSpans(children, [...tones, tone]);
  switch (node.type) {
    case "text":
    case "math":
      // Agents end lines where they mean it, and Codex's own terminal keeps them, as the chat does.
      return [span(node.value, ...tones)];
    case "strong":
      return within("bold", node.children);
    case "emphasis":
      return within("italic", node.children);
    case "underline":
      return within("underline", node.children);
    case "delete":
      return within("struck", node.children);
    case "subscript":
    case "superscript":
      return scriptSpans(inlineSpans(node.children, tones), node.type, tones);
    case "inlineCode":
      return [span(node.value, ...tones, "code")];
    case "break":
      return [span("\n")];
    case "footnoteReference":
      return [span(`[${node.number}]`, ...tones)];
    case "link":
    case "image":
      return linkSpans(node, tones);
    default:
      return node satisfies never;
  }
}

function scriptSpans(
  content: Span[],
  kind: "subscript" | "superscript",
  tones: readonly Tone[],
): Span[] {
  const text = textOf(content);
  const letters = scriptLetters(text, kind);
  if (letters !== undefined) return [span(letters, ...tones)];
  const [before, after] = scriptMarks(text, kind);
  return [span(before, ...tones), ...content, span(after, ...tones)];
}

/** The target is always seen: a label may say anything. */
function linkSpans(node: LinkNode, tones: readonly Tone[]): Span[] {
  const target = node.url;
  const label = node.type === "link"
    ? inlineSpans(node.children, tones)
    : [span(node.alt, ...tones)];
  const text = textOf(label);
  if (target === "" || target === `mailto:${text}`) return label;
  if (text.trim() === "" || text === target) return [span(target, ...tones, "underline")];
  const file = fileReference(text, target);
  if (file !== undefined) return [span(file, ...tones, "code")];
  const underlined = label.map(({ text, tones: own = [] }) => span(text, ...own, "underline"));
  return [...underlined, span(" (", "dim"), span(target, "dim"), span(")", "dim")];
}
