/** Renders what stands within a line: emphasis, code, links. */
import type { Inline, InlineStyle, LinkNode } from "../../core/text/markdown.ts";
import { fileReference } from "../../core/text/file_paths.ts";
import { scriptLetters, scriptMarks } from "../../core/text/script_letters.ts";
import { type FormattedText, plainText } from "./formatted_text.ts";
import { type SimpleStyle, TextBuilder } from "./text_builder.ts";

/** Telegram would drop a link around code, so that code in a link is written plainly. */
interface Inside {
  readonly link: boolean;
}

export function renderInline(
  nodes: readonly Inline[],
  inside: Inside = { link: false },
): FormattedText {
  const builder = new TextBuilder();
  for (const node of nodes) builder.append(renderNode(node, inside));
  return builder.build();
}

function renderNode(node: Inline, inside: Inside): FormattedText {
  switch (node.type) {
    case "text":
    case "math":
      return cleaned(node.value);
    case "inlineCode":
      return inside.link ? cleaned(node.value) : new TextBuilder().code(node.value).build();
    case "break":
      return plainText("\n");
    case "footnoteReference":
      return plainText(`[${node.number}]`);
    case "link":
    case "image":
      return renderLink(node, inside);
    case "subscript":
    case "superscript":
      return renderScript(renderInline(node.children, inside), node.type);
    case "strong":
    case "emphasis":
    case "delete":
    case "underline":
      return new TextBuilder()
        .styled({ type: STYLES[node.type] }, renderInline(node.children, inside)).build();
    default:
      return node satisfies never;
  }
}

type Script = "subscript" | "superscript";

const STYLES: Readonly<Record<Exclude<InlineStyle, Script>, SimpleStyle>> = {
  strong: "bold",
  emphasis: "italic",
  delete: "strikethrough",
  underline: "underline",
};

function renderScript(content: FormattedText, kind: Script): FormattedText {
  const letters = scriptLetters(content.text, kind);
  if (letters !== undefined) return plainText(letters);
  const [before, after] = scriptMarks(content.text, kind);
  return new TextBuilder().text(before).append(content).text(after).build();
}

function renderLink(node: LinkNode, inside: Inside): FormattedText {
  const target = node.url;
  const label = labelOf(node);
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
function labelOf(node: LinkNode): FormattedText {
  const label = node.type === "link"
    ? renderInline(node.children, { link: true })
    : cleaned(node.alt);
  return label.text.trim() === "" ? cleaned(node.url) : label;
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
