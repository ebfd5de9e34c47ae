/** Holds what was read of a line while it is not yet known which marks belong together. */
import type { WorkBudget } from "./work_budget.ts";
import type { Inline, InlineStyle } from "./markdown_nodes.ts";

/** Styles within styles; what nests deeper keeps its text and loses its look. */
const DEEPEST_STYLE = 20;

/** Marks of one kind in a row, of which pairs are taken away. */
interface Marks {
  readonly type: "marks";
  readonly mark: string;
  count: number;
}

interface Span {
  readonly type: "span";
  readonly style:
    | { readonly type: InlineStyle }
    | { readonly type: "link" | "image"; readonly url: string }
    | { readonly type: "inlineCode" };
  readonly pieces: PieceList;
}

type Leaf = Exclude<Inline, { readonly children: readonly Inline[] }>;
export type SpanStyle = Span["style"];

export interface Piece {
  content: Leaf | Marks | Span;
  previous: Piece | undefined;
  next: Piece | undefined;
}

/** A linked list, so that any stretch of it becomes a span in one step. */
export class PieceList {
  first: Piece | undefined;
  last: Piece | undefined;

  append(content: Piece["content"]): Piece {
    return this.#insert(content, this.last, undefined);
  }

  remove({ previous, next }: Piece): void {
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
  }

  /** Puts what stands between the two pieces into a span; absent = the end of the list. */
  wrap(opener: Piece, closer: Piece | undefined, style: SpanStyle): void {
    const inner = new PieceList();
    const last = closer === undefined ? this.last : closer.previous;
    if (opener.next !== undefined && last !== undefined && last !== opener) {
      inner.first = opener.next;
      inner.last = last;
      inner.first.previous = undefined;
      inner.last.next = undefined;
    }
    opener.next = closer;
    if (closer === undefined) this.last = opener;
    else closer.previous = opener;
    this.#insert({ type: "span", style, pieces: inner }, opener, closer);
  }

  #insert(
    content: Piece["content"],
    previous: Piece | undefined,
    next: Piece | undefined,
  ): Piece {
    const piece: Piece = { content, previous, next };
    if (previous === undefined) this.first = piece;
    else previous.next = piece;
    if (next === undefined) this.last = piece;
    else next.previous = piece;
    return piece;
  }
}

interface Surroundings {
  readonly depth: number;
  readonly link: boolean;
}

/** Makes the tree of the pieces, joining texts. */
export function treeOf(
  pieces: PieceList,
  budget: WorkBudget,
  around: Surroundings = { depth: 0, link: false },
): Inline[] {
  const nodes: Inline[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") nodes.push({ type: "text", value: text });
    text = "";
  };
  const add = (node: Inline): void => {
    if (node.type === "text") {
      text += node.value;
      return;
    }
    flush();
    nodes.push(node);
  };
  for (let piece = pieces.first; piece !== undefined; piece = piece.next) {
    budget.spend();
    const { content } = piece;
    if (content.type === "marks") text += content.mark.repeat(content.count);
    else if (content.type === "span") {
      for (const node of spanNodes(content, budget, around)) add(node);
    } else add(content);
  }
  flush();
  return nodes;
}

function spanNodes({ style, pieces }: Span, budget: WorkBudget, around: Surroundings): Inline[] {
  if (style.type === "image") return [{ type: "image", url: style.url, alt: flatText(pieces) }];
  if (style.type === "inlineCode") {
    const value = flatText(pieces);
    return value === "" ? [] : [{ type: "inlineCode", value }];
  }
  if (around.depth >= DEEPEST_STYLE) {
    const value = flatText(pieces);
    return value === "" ? [] : [{ type: "text", value }];
  }
  const isLink = style.type === "link";
  const inside = { depth: around.depth + 1, link: around.link || isLink };
  const children = treeOf(pieces, budget, inside);
  // A link in a link's label is no link.
  if (isLink && around.link) return children;
  if (isLink) return [{ type: "link", url: style.url, children }];
  return children.length === 0 ? [] : [{ type: style.type, children }];
}

/** Collects the text of any depth without recursion. */
function flatText(pieces: PieceList): string {
  let text = "";
  const open: (Piece | undefined)[] = [pieces.first];
  while (open.length > 0) {
    const piece = open.pop();
    if (piece === undefined) continue;
    open.push(piece.next);
    const { content } = piece;
    if (content.type === "span") open.push(content.pieces.first);
    else text += leafText(content);
  }
  return text;
}

function leafText(content: Leaf | Marks): string {
  switch (content.type) {
    case "marks":
      return content.mark.repeat(content.count);
    case "text":
    case "math":
    case "inlineCode":
      return content.value;
    case "image":
      return content.alt;
    case "break":
      return "\n";
    case "footnoteReference":
      return `[${content.number}]`;
    default:
      return content satisfies never;
  }
}
