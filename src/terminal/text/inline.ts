/** Text within a line of Markdown: emphasis, code, links. */
import {
  fileReference,
  type Node,
  type NodeOf,
  type References,
} from "../../core/text/markdown.ts";
import { type Line, type Span, span, textOf, type Tone } from "./styled_line.ts";

/** Lines, as a break in the text begins a new one. */
export function inlineLines(nodes: readonly Node[], references: References): Line[] {
  const lines: Span[][] = [[]];
  for (const each of inlineSpans(nodes, references, [])) {
    const [first = "", ...more] = each.text.split("\n");
    lines.at(-1)?.push({ ...each, text: first });
    for (const text of more) lines.push([{ ...each, text }]);
  }
  return lines;
}

export function inlineSpans(
  nodes: readonly Node[],
  references: References,
  tones: readonly Tone[],
): Span[] {
  return nodes.flatMap((node) => nodeSpans(node, references, tones));
}

function nodeSpans(node: Node, references: References, tones: readonly Tone[]): Span[] {
  const within = (tone: Tone, children: readonly Node[]): Span[] =>
    inlineSpans(children, references, [...tones, tone]);
  switch (node.type) {
    case "text":
      // A line break of the source is a blank of the paragraph.
      return [span(node.value.replaceAll("\n", " "), ...tones)];
    case "strong":
      return within("bold", node.children);
    case "emphasis":
      return within("italic", node.children);
    case "delete":
      return within("struck", node.children);
    case "inlineCode":
      return [span(node.value, ...tones, "code")];
    case "break":
      return [span("\n")];
    case "html":
      return [span(/^<br\s*\/?>$/i.test(node.value) ? "\n" : node.value, ...tones)];
    case "footnoteReference":
      return [span(`[${references.footnotes.get(node.identifier) ?? node.identifier}]`, ...tones)];
    case "link":
    case "linkReference":
    case "image":
    case "imageReference":
      return linkSpans(node, references, tones);
    default:
      return "children" in node ? inlineSpans(node.children, references, tones) : [];
  }
}

type LinkNode = NodeOf<"link" | "linkReference" | "image" | "imageReference">;

/** The target is always seen: a label may say anything. */
function linkSpans(node: LinkNode, references: References, tones: readonly Tone[]): Span[] {
  const target = "url" in node ? node.url : references.targets.get(node.identifier) ?? "";
  const label = "children" in node
    ? inlineSpans(node.children, references, tones)
    : [span(node.alt ?? "", ...tones)];
  const text = textOf(label);
  if (target === "" || target === `mailto:${text}`) return label;
  if (text.trim() === "" || text === target) return [span(target, ...tones, "underline")];
  const file = fileReference(text, target);
  if (file !== undefined) return [span(file, ...tones, "code")];
  const underlined = label.map(({ text, tones: own = [] }) => span(text, ...own, "underline"));
  return [...underlined, span(" (", "dim"), span(target, "dim"), span(")", "dim")];
}
