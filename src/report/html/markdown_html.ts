/** Draws Markdown as HTML; HTML within it is shown as text. */
import { type Node, type NodeOf, readDocument, type References } from "../../core/text/markdown.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Html, linkHtml, markup, type Part } from "./html.ts";

/** Falls back to plain text where the Markdown is too long or nests too deep. */
export function markdownHtml(markdown: string): Html {
  const text = withoutControls(markdown);
  const document = readDocument(text);
  if (document === undefined) return markup`<pre class="plain">${text}</pre>`;
  const { blocks, references } = document;
  return markup`<div class="prose">${all(blocks, references)}</div>`;
}

function all(nodes: readonly Node[], references: References): Part {
  return nodes.map((node) => drawn(node, references));
}

function drawn(node: Node, references: References): Part {
  switch (node.type) {
    case "text":
      return node.value;
    case "paragraph":
      return markup`<p>${all(node.children, references)}</p>`;
    case "heading":
      return heading(node, references);
    case "emphasis":
      return markup`<em>${all(node.children, references)}</em>`;
    case "strong":
      return markup`<strong>${all(node.children, references)}</strong>`;
    case "delete":
      return markup`<del>${all(node.children, references)}</del>`;
    case "inlineCode":
      return markup`<code>${node.value}</code>`;
    case "code":
      return markup`<pre><code>${node.value}</code></pre>`;
    case "html":
      return markup`<code>${node.value}</code>`;
    case "break":
      return markup`<br>`;
    case "thematicBreak":
      return markup`<hr>`;
    case "blockquote":
      return markup`<blockquote>${all(node.children, references)}</blockquote>`;
    case "list":
      return list(node, references);
    case "table":
      return table(node, references);
    default:
      return reference(node, references);
  }
}

function reference(node: Node, references: References): Part {
  switch (node.type) {
    case "link":
      return linkHtml(node.url, all(node.children, references));
    case "linkReference": {
      const label = all(node.children, references);
      const target = references.targets.get(node.identifier);
      return target === undefined ? label : linkHtml(target, label);
    }
    // A link instead of the picture: fetching it would tell others that the page was opened.
    case "image":
      return linkHtml(node.url, `🖼 ${node.alt ?? ""}`);
    case "imageReference":
      return `🖼 ${node.alt ?? ""}`;
    case "footnoteReference":
      return markup`<sup>${references.footnotes.get(node.identifier) ?? "?"}</sup>`;
    case "footnoteDefinition":
      return markup`<div class="note"><sup>${
        references.footnotes.get(node.identifier) ?? "?"
      }</sup>${all(node.children, references)}</div>`;
    default:
      return undefined;
  }
}

/** Maps headings to levels below the page's own. */
function heading({ depth, children }: NodeOf<"heading">, references: References): Html {
  const text = all(children, references);
  if (depth === 1) return markup`<h4 class="h1">${text}</h4>`;
  return depth === 2 ? markup`<h4>${text}</h4>` : markup`<h5>${text}</h5>`;
}

function list({ ordered, start, children }: NodeOf<"list">, references: References): Html {
  const items = children.map(({ checked, children }) => {
    const mark = typeof checked !== "boolean" ? "" : checked ? "☑ " : "☐ ";
    const [only, ...more] = children;
    // An item of one paragraph gets no paragraph margins.
    const content = only?.type === "paragraph"
      ? [all(only.children, references), all(more, references)]
      : all(children, references);
    return markup`<li>${mark}${content}</li>`;
  });
  return ordered === true
    ? markup`<ol start="${start ?? 1}">${items}</ol>`
    : markup`<ul>${items}</ul>`;
}

function table({ children }: NodeOf<"table">, references: References): Html {
  const [head, ...rows] = children;
  const heads = head?.children.map((cell) => markup`<th>${all(cell.children, references)}</th>`);
  const body = rows.map((row) =>
    markup`<tr>${
      row.children.map((cell) => markup`<td>${all(cell.children, references)}</td>`)
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
