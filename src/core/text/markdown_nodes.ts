/** Declares the tree that Markdown is read into, a closed union for every renderer to draw. */

/** Styles that hold other text. */
export type InlineStyle =
  | "strong"
  | "emphasis"
  | "delete"
  | "underline"
  | "subscript"
  | "superscript";

/** What stands within a line. */
export type Inline =
  | { readonly type: "text"; readonly value: string }
  /** A formula with its delimiters, character by character. */
  | { readonly type: "math"; readonly value: string }
  | { readonly type: "inlineCode"; readonly value: string }
  | { readonly type: "break" }
  | { readonly type: "footnoteReference"; readonly number: number }
  | { readonly type: "image"; readonly url: string; readonly alt: string }
  | { readonly type: "link"; readonly url: string; readonly children: readonly Inline[] }
  | { readonly type: InlineStyle; readonly children: readonly Inline[] };

export type LinkNode = Extract<Inline, { type: "link" | "image" }>;

export const ALERTS = ["note", "tip", "important", "warning", "caution"] as const;
/** The kinds of GitHub's alerts: `> [!NOTE]`. */
export type Alert = typeof ALERTS[number];

export type Align = "left" | "right" | "center" | null;
export type HeadingDepth = 1 | 2 | 3 | 4 | 5 | 6;

export interface ListItem {
  /** Absent in a list of bullets. */
  readonly number?: number;
  readonly checked?: boolean;
  readonly spread: boolean;
  readonly children: readonly Block[];
}

export interface ListBlock {
  readonly type: "list";
  /** The number of the first item; absent = bullets. */
  readonly start?: number;
  readonly spread: boolean;
  readonly items: readonly ListItem[];
}

export interface TableBlock {
  readonly type: "table";
  readonly align: readonly Align[];
  /** Cells of each row, the header first. */
  readonly rows: readonly (readonly (readonly Inline[])[])[];
}

export type Block =
  | { readonly type: "paragraph"; readonly children: readonly Inline[] }
  | {
    readonly type: "heading";
    readonly depth: HeadingDepth;
    readonly children: readonly Inline[];
  }
  | { readonly type: "thematicBreak" }
  | { readonly type: "code"; readonly value: string; readonly lang?: string }
  /** A formula on lines of its own, with its delimiters. */
  | { readonly type: "mathBlock"; readonly value: string }
  | { readonly type: "blockquote"; readonly alert?: Alert; readonly children: readonly Block[] }
  /** What unfolds at a touch. */
  | {
    readonly type: "details";
    readonly summary: readonly Inline[];
    readonly children: readonly Block[];
  }
  | ListBlock
  | TableBlock
  | {
    readonly type: "footnoteDefinition";
    readonly number: number;
    readonly children: readonly Block[];
  };

export type BlockOf<Type extends Block["type"]> = Extract<Block, { type: Type }>;

/** Returns what a person reads of it, without any style. */
export function textOfInline(nodes: readonly Inline[]): string {
  return nodes.map((node) => {
    if ("children" in node) return textOfInline(node.children);
    if ("value" in node) return node.value;
    if (node.type === "break") return "\n";
    return node.type === "image" ? node.alt : "";
  }).join("");
}
