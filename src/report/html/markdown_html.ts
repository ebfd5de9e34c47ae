/** Draws Markdown as HTML; unknown HTML within it is shown as text. */
import {
  type Align,
  type Block,
  type BlockOf,
  type HeadingDepth,
  type Inline,
  type ListBlock,
  readDocument,
  type TableBlock,
  textOfInline,
} from "../../core/text/markdown.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Html, linkHtml, markup, type Part } from "./html.ts";

/**
 * Falls back to plain text where the Markdown is too long or takes too long.
 * @param folder in which the run has worked: paths in it are shown from there on
 */
export function markdownHtml(markdown: string, folder?: string): Html {
  const text = withoutControls(markdown);
  const document = readDocument(text, folder === undefined ? {} : { folder });
  if (document === undefined) return markup`<pre class="plain">${text}</pre>`;
  return markup`<div class="prose">${all(document.blocks)}</div>`;
}

function all(blocks: readonly Block[]): Part {
  return blocks.map(drawn);
}

function drawn(node: Block): Part {
  switch (node.type) {
    case "paragraph":
      return markup`<p>${inline(node.children)}</p>`;
    case "heading":
      return heading(node.depth, node.children);
    case "code":
    case "mathBlock":
      return markup`<pre><code>${node.value}</code></pre>`;
    case "thematicBreak":
      return markup`<hr>`;
    case "blockquote":
      return quote(node.alert, node.children);
    case "details":
      return markup`<details><summary>${inline(node.summary)}</summary>${
        all(node.children)
      }</details>`;
    case "list":
      return list(node);
    case "table":
      return table(node);
    case "footnoteDefinition":
      return footnote(node);
    default:
      return node satisfies never;
  }
}

function inline(nodes: readonly Inline[]): Part {
  return nodes.map(drawnInline);
}

function drawnInline(node: Inline): Part {
  switch (node.type) {
    case "text":
    case "math":
      return withBreaks(node.value);
    case "emphasis":
      return markup`<em>${inline(node.children)}</em>`;
    case "strong":
      return markup`<strong>${inline(node.children)}</strong>`;
    case "underline":
      return markup`<u>${inline(node.children)}</u>`;
    case "delete":
      return markup`<del>${inline(node.children)}</del>`;
    case "subscript":
      return markup`<sub>${inline(node.children)}</sub>`;
    case "superscript":
      return markup`<sup>${inline(node.children)}</sup>`;
    case "inlineCode":
      return markup`<code>${node.value}</code>`;
    case "break":
      return markup`<br>`;
    case "link":
      return linkHtml(node.url, inline(node.children), textOfInline(node.children));
    // A link instead of the picture: fetching it would tell others that the page was opened.
    case "image":
      return [
        "🖼 ",
        linkHtml(node.url, node.alt, node.alt),
      ];
    case "footnoteReference":
      return markup`<sup>${node.number}</sup>`;
    default:
      return node satisfies never;
  }
}

/** Ends lines where the person or the agent has, as the chat does. */
function withBreaks(text: string): Part {
  return text.split("\n").flatMap((line, index): Part[] =>
    index === 0 ? [line] : [markup`<br>`, line]
  );
}

function quote(alert: string | undefined, children: readonly Block[]): Html {
  const title = alert === undefined
    ? undefined
    : markup`<p><strong>${alert.slice(0, 1).toUpperCase() + alert.slice(1)}</strong></p>`;
  return markup`<blockquote>${title}${all(children)}</blockquote>`;
}

/** Maps headings to levels below the page's own. */
function heading(depth: HeadingDepth, children: readonly Inline[]): Html {
  const text = inline(children);
  if (depth === 1) return markup`<h4 class="h1">${text}</h4>`;
  return depth === 2 ? markup`<h4>${text}</h4>` : markup`<h5>${text}</h5>`;
}

/** Begins its first paragraph with its number. */
function footnote({ number, children }: BlockOf<"footnoteDefinition">): Html {
  const [first, ...rest] = children;
  const isText = first?.type === "paragraph";
  const beginning = markup`<p><sup>${number}</sup> ${isText ? inline(first.children) : ""}</p>`;
  return markup`<div>${beginning}${all(isText ? rest : children)}</div>`;
}

function list({ start, items }: ListBlock): Html {
  const drawnItems = items.map(({ number, checked, children }, index) => {
    const mark = checked === undefined ? "" : checked ? "☑ " : "☐ ";
    const [only, ...more] = children;
    // An item of one paragraph gets no paragraph margins.
    const content = only?.type === "paragraph" ? [inline(only.children), all(more)] : all(children);
    return number === undefined || number === (start ?? 1) + index
      ? markup`<li>${mark}${content}</li>`
      : markup`<li value="${number}">${mark}${content}</li>`;
  });
  return start === undefined
    ? markup`<ul>${drawnItems}</ul>`
    : markup`<ol start="${start}">${drawnItems}</ol>`;
}

function table({ rows: [head = [], ...rows], align }: TableBlock): Html {
  const heads = head.map((cell, column) =>
    markup`<th${alignedAs(align[column])}>${inline(cell)}</th>`
  );
  const body = rows.map((row) =>
    markup`<tr>${
      row.map((cell, column) => markup`<td${alignedAs(align[column])}>${inline(cell)}</td>`)
    }</tr>`
  );
  return markup`
    <div class="scroll">
      <table>
        <thead>
          <tr>${heads}</tr>
        </thead>
        <tbody>${body}</tbody>
      </table>
    </div>
  `;
}

function alignedAs(align: Align | undefined): Part {
  return align === "right" || align === "center" ? markup` class="${align}"` : undefined;
}
