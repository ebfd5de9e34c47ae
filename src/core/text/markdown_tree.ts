/** GitHub-flavoured Markdown as a tree. */
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { strongBesideLetters } from "./strong_beside_letters.ts";

export type Tree = ReturnType<typeof fromMarkdown>;
/** Any node below the root. */
export type Node = Tree["children"][number];
export type NodeOf<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** What nodes refer to from elsewhere in the document. */
export interface References {
  /** Targets of `[label][name]`, by name. */
  readonly targets: ReadonlyMap<string, string>;
  /** Numbers of footnotes, by name: in order of their definitions. */
  readonly footnotes: ReadonlyMap<string, number>;
}

/** Any text is Markdown: an unclosed fence is code to the end, so that streaming needs no repair. */
export function parseMarkdown(markdown: string): Tree {
  return fromMarkdown(markdown, {
    extensions: [gfm({ singleTilde: false }), strongBesideLetters()],
    mdastExtensions: [gfmFromMarkdown()],
  });
}

export function collectReferences(tree: Tree): References {
  const targets = new Map<string, string>();
  const footnotes = new Map<string, number>();
  visit(tree.children, (node) => {
    if (node.type === "definition" && !targets.has(node.identifier)) {
      targets.set(node.identifier, node.url);
    }
    if (node.type === "footnoteDefinition" && !footnotes.has(node.identifier)) {
      footnotes.set(node.identifier, footnotes.size + 1);
    }
  });
  return { targets, footnotes };
}

function visit(nodes: readonly Node[], see: (node: Node) => void): void {
  for (const node of nodes) {
    see(node);
    if ("children" in node) visit(node.children, see);
  }
}
