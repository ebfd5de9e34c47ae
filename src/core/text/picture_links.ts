/** Finds the pictures that a document shows or leads to. */
import { isAddress, isPicturePath, localPath } from "./file_paths.ts";
import { type Block, type Inline, type MarkdownDocument, textOfInline } from "./markdown.ts";

export interface PictureLink {
  /** As the document names it: absolute, or from the working folder on. */
  readonly path: string;
  /** What it shows, in the document's words; may be empty. */
  readonly label: string;
}

/** Names each file once, in the order of the document; addresses of the net are none of them. */
export function pictureLinks({ blocks }: MarkdownDocument): readonly PictureLink[] {
  const found = new Map<string, string>();
  for (const { path, label } of blocks.flatMap(ofBlock)) {
    if (!found.has(path)) found.set(path, label);
  }
  return [...found].map(([path, label]) => ({ path, label }));
}

function ofBlock(block: Block): PictureLink[] {
  switch (block.type) {
    case "paragraph":
    case "heading":
      return block.children.flatMap(ofInline);
    case "blockquote":
    case "footnoteDefinition":
      return block.children.flatMap(ofBlock);
    case "details":
      return [...block.summary.flatMap(ofInline), ...block.children.flatMap(ofBlock)];
    case "list":
      return block.items.flatMap(({ children }) => children.flatMap(ofBlock));
    case "table":
      return block.rows.flatMap((row) => row.flatMap((cell) => cell.flatMap(ofInline)));
    case "thematicBreak":
    case "code":
    case "mathBlock":
      return [];
    default:
      return block satisfies never;
  }
}

function ofInline(node: Inline): PictureLink[] {
  if (node.type === "image") return named(node.url, node.alt);
  if (node.type === "link") {
    const inner = node.children.flatMap(ofInline);
    return inner.length > 0 ? inner : named(node.url, textOfInline(node.children));
  }
  return "children" in node ? node.children.flatMap(ofInline) : [];
}

function named(url: string, label: string): PictureLink[] {
  if (isAddress(url)) return [];
  const path = localPath(url).replace(/[?#].*$/, "").replace(/^\.\//, "");
  return isPicturePath(path) ? [{ path, label: label === url ? "" : label.trim() }] : [];
}
