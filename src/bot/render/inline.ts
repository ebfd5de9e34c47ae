/** Renders what stands within a line: emphasis, code, links. */
import {
  fileReference,
  type Node,
  type NodeOf,
  type References,
} from "../../core/text/markdown.ts";
import { type FormattedText, plainText } from "./formatted_text.ts";
import { type SimpleStyle, TextBuilder } from "./text_builder.ts";

/** Telegram would drop a link around code, so that code in a link is written plainly. */
interface Inside {
  readonly link: boolean;
}

export function renderInline(nodes: readonly Node[], references: References): FormattedText {
  return renderNodes(nodes, references, { link: false });
}

function renderNodes(
  nodes: readonly Node[],
  references: References,
  inside: Inside,
): FormattedText {
  const builder = new TextBuilder();
  for (const node of nodes) builder.append(renderNode(node, references, inside));
  return builder.build();
}

function renderNode(node: Node, references: References, inside: Inside): FormattedText {
  const styled = (style: SimpleStyle, children: readonly Node[]): FormattedText =>
    new TextBuilder().styled({ type: style }, renderNodes(children, references, inside)).build();
  switch (node.type) {
    case "text":
      return cleaned(node.value);
    case "strong":
      return styled("bold", node.children);
    case "emphasis":
      return styled("italic", node.children);
    case "delete":
      return styled("strikethrough", node.children);
    case "inlineCode":
      return inside.link ? cleaned(node.value) : new TextBuilder().code(node.value).build();
    case "break":
      return plainText("\n");
    case "html":
      return /^<br\s*\/?>$/i.test(node.value) ? plainText("\n") : cleaned(node.value);
    case "footnoteReference":
      return plainText(`[${references.footnotes.get(node.identifier) ?? node.identifier}]`);
    case "link":
    case "linkReference":
    case "image":
    case "imageReference":
      return renderLink(node, references, inside);
    default:
      return "children" in node ? renderNodes(node.children, references, inside) : plainText("");
  }
}

type LinkNode = NodeOf<"link" | "linkReference" | "image" | "imageReference">;

function renderLink(node: LinkNode, references: References, inside: Inside): FormattedText {
  const target = "url" in node ? node.url : references.targets.get(node.identifier) ?? "";
  const label = labelOf(node, target, references);
  if (inside.link || isMailOf(target, label.text)) return label;
  if (isLinkable(target)) {
    return new TextBuilder().styled({ type: "text_link", url: target }, label).build();
  }
  if (target === "" || target === label.text) return new TextBuilder().code(label.text).build();
  const file = fileReference(label.text, target);
  if (file !== undefined) return new TextBuilder().code(file).build();
  return new TextBuilder().append(label).text(" (").code(target).text(")").build();
}

/** Shows the target of a link without a label. */
function labelOf(node: LinkNode, target: string, references: References): FormattedText {
  const label = "children" in node
    ? renderNodes(node.children, references, { link: true })
    : cleaned(node.alt ?? "");
  return label.text.trim() === "" ? cleaned(target) : label;
}

/** Telegram makes a link of a plain mail address itself. */
function isMailOf(target: string, label: string): boolean {
  return target === `mailto:${label}`;
}

function cleaned(text: string): FormattedText {
  return new TextBuilder().text(text).build();
}

/** Longer targets would use up what Telegram allows for all entities of a message. */
const LONGEST_TARGET = 2000;

/**
 * Accepts `http` and `https` with a dot in the host. Telegram silently drops every other link,
 * except `tg:` ones, which could act in the reader's own client.
 */
function isLinkable(target: string): boolean {
  if (target.length > LONGEST_TARGET || !/^https?:\/\//i.test(target)) return false;
  const { hostname } = URL.parse(target) ?? { hostname: "" };
  return /[^.]\.[^.]/.test(hostname);
}
