/** Makes the tree of a document: resolves references, and reads what stands within the lines. */
import { fileReference, isAddress, isPicturePath, localPath, pathInFolder } from "./file_paths.ts";
import type { RawBlock } from "./markdown_blocks.ts";
import { htmlParts } from "./markdown_html.ts";
import { parseInline } from "./markdown_inline.ts";
import { rowCells, taskOf } from "./markdown_lines.ts";
import { type Definition, linkDefinition } from "./markdown_links.ts";
import {
  type Alert,
  ALERTS,
  type Block,
  type BlockOf,
  type Inline,
  type ListItem,
  textOfInline,
} from "./markdown_nodes.ts";
import type { WorkBudget } from "./work_budget.ts";

interface BuildOptions {
  readonly folder?: string;
}

export function buildDocument(
  root: RawBlock,
  budget: WorkBudget,
  options: BuildOptions,
): readonly Block[] {
  return new DocumentBuilder(root, budget, options).build();
}

/** A definition that nothing refers to is shown: it may have been meant as text. */
interface KnownDefinition extends Definition {
  readonly source: string;
  used: boolean;
}

interface Unused {
  readonly siblings: Block[];
  readonly block: Block;
  readonly definition: KnownDefinition;
}

/** A footnote, which belongs to the end where something refers to it. */
interface Note {
  readonly siblings: Block[];
  readonly block: BlockOf<"footnoteDefinition">;
  readonly label: string;
}

/** Shows its label where it stands: `[^a-z]: any other character` is no footnote. */
function asWritten({ label, block: { children } }: Note): readonly Block[] {
  const mark: Inline = { type: "text", value: `[^${label}]: ` };
  const [first, ...rest] = children;
  return first?.type === "paragraph"
    ? [{ type: "paragraph", children: [mark, ...first.children] }, ...rest]
    : [{ type: "paragraph", children: [mark] }, ...children];
}

class DocumentBuilder {
  readonly #definitions = new Map<string, KnownDefinition>();
  readonly #definitionsOf = new Map<RawBlock, readonly KnownDefinition[]>();
  readonly #footnotes = new Map<string, number>();
  readonly #notes: Note[] = [];
  /** Labels of footnotes that something refers to. */
  readonly #usedNotes = new Set<string>();
  readonly #maybeUnused: Unused[] = [];

  constructor(
    readonly root: RawBlock,
    readonly budget: WorkBudget,
    readonly options: BuildOptions,
  ) {}

  build(): readonly Block[] {
    this.#collect(this.root);
    const blocks = this.#blocks(this.root.children);
    this.#dropUsedDefinitions();
    const notes = this.#takeUsedNotes();
    return [...blocks, ...notes];
  }

  /** Takes them out of their places, and leaves the others there as they were written. */
  #takeUsedNotes(): readonly Block[] {
    const isUsed = ({ label }: Note): boolean => this.#usedNotes.has(label.toLowerCase());
    const notes = new Map<Block, Note>(this.#notes.map((note) => [note.block, note]));
    for (const siblings of new Set(this.#notes.map(({ siblings }) => siblings))) {
      const kept = siblings.flatMap((block) => {
        const note = notes.get(block);
        if (note === undefined) return [block];
        return isUsed(note) ? [] : asWritten(note);
      });
      siblings.splice(0, siblings.length, ...kept);
    }
    return this.#notes.filter(isUsed).map(({ block }) => block);
  }

  #dropUsedDefinitions(): void {
    const used = this.#maybeUnused.filter(({ definition }) => definition.used);
    const blocks = new Set(used.map(({ block }) => block));
    for (const siblings of new Set(used.map(({ siblings }) => siblings))) {
      const kept = siblings.filter((block) => !blocks.has(block));
      siblings.splice(0, siblings.length, ...kept);
    }
  }

  /** Finds definitions before anything refers to them. */
  #collect(block: RawBlock): void {
    this.budget.spend();
    const { kind } = block;
    if (kind.type === "footnote" && !this.#footnotes.has(kind.label.toLowerCase())) {
      this.#footnotes.set(kind.label.toLowerCase(), this.#footnotes.size + 1);
    }
    if (kind.type === "paragraph" && block.lines[0]?.startsWith("[") === true) {
      this.#collectDefinitions(block);
    }
    for (const child of block.children) this.#collect(child);
  }

  #collectDefinitions(block: RawBlock): void {
    const text = block.lines.join("\n");
    const found: KnownDefinition[] = [];
    let at = 0;
    while (at < text.length) {
      const definition = linkDefinition(text, at);
      if (definition === undefined) break;
      const known = { ...definition, source: text.slice(at, definition.end).trim(), used: false };
      found.push(known);
      if (!this.#definitions.has(known.label)) this.#definitions.set(known.label, known);
      at = definition.end;
    }
    if (found.length === 0) return;
    this.#definitionsOf.set(block, found);
    const rest = text.slice(at);
    block.lines.splice(0, block.lines.length, ...(rest === "" ? [] : rest.split("\n")));
  }

  #inline(text: string): Inline[] {
    const nodes = parseInline(text.trim(), {
      budget: this.budget,
      target: (label) => {
        const definition = this.#definitions.get(label);
        if (definition !== undefined) definition.used = true;
        return definition?.url;
      },
      footnote: (label) => {
        this.#usedNotes.add(label.toLowerCase());
        return this.#footnotes.get(label.toLowerCase());
      },
    });
    return this.#withShortPaths(nodes);
  }

  #withShortPaths(nodes: readonly Inline[]): Inline[] {
    const { folder } = this.options;
    return nodes.map((node): Inline => {
      if (node.type === "inlineCode") return { ...node, value: pathInFolder(node.value, folder) };
      if (node.type === "link") {
        const label = textOfInline(node.children);
        const file = fileReference(label, node.url, folder);
        const url = isAddress(node.url) ? node.url : pathInFolder(localPath(node.url), folder);
        if (file !== undefined) {
          const name: Inline = { type: "inlineCode", value: file };
          // A picture follows the answer that leads to it, by whatever name.
          return isPicturePath(url) ? { type: "link", url, children: [name] } : name;
        }
        return { ...node, url, children: this.#withShortPaths(node.children) };
      }
      return "children" in node ? { ...node, children: this.#withShortPaths(node.children) } : node;
    });
  }

  #blocks(raw: readonly RawBlock[]): Block[] {
    const scopes = [new Scope()];
    for (const block of raw) {
      this.budget.spend();
      if (block.kind.type === "html") this.#addHtml(block.lines.join("\n"), scopes);
      else this.#addBlock(block, scopes.at(-1)?.blocks ?? []);
    }
    while (scopes.length > 1) closeDetails(scopes);
    return scopes[0]?.blocks ?? [];
  }

  #addBlock(raw: RawBlock, siblings: Block[]): void {
    const { kind, lines, children } = raw;
    switch (kind.type) {
      case "paragraph":
        return this.#addParagraph(raw, siblings);
      case "heading":
        siblings.push({
          type: "heading",
          depth: kind.depth,
          children: this.#inline(lines.join("\n")),
        });
        return;
      case "rule":
        siblings.push({ type: "thematicBreak" });
        return;
      case "indented":
        siblings.push({ type: "code", value: lines.join("\n").trimEnd() });
        return;
      case "fence": {
        const [lang = ""] = kind.fence.info.split(/\s+/);
        siblings.push({ type: "code", value: lines.join("\n"), ...(lang === "" ? {} : { lang }) });
        return;
      }
      case "math":
        siblings.push({ type: "mathBlock", value: lines.join("\n").trimEnd() });
        return;
      case "quote":
        siblings.push(this.#quote(children));
        return;
      case "list":
        siblings.push({
          type: "list",
          ...(kind.marker.start === undefined ? {} : { start: kind.marker.start }),
          spread: raw.spread,
          items: this.#items(children, kind.marker.start),
        });
        return;
      case "table": {
        const rows = lines.map((line) =>
          rowCells(line, kind.align.length).map((cell) => this.#inline(cell))
        );
        siblings.push({ type: "table", align: kind.align, rows });
        return;
      }
      case "footnote": {
        const number = this.#footnotes.get(kind.label.toLowerCase()) ?? 0;
        const block: Note["block"] = {
          type: "footnoteDefinition",
          number,
          children: this.#blocks(children),
        };
        siblings.push(block);
        this.#notes.push({ siblings, block, label: kind.label });
        return;
      }
      case "document":
      case "item":
      case "html":
        siblings.push(...this.#blocks(children));
        return;
      default:
        return kind satisfies never;
    }
  }

  #addParagraph(raw: RawBlock, siblings: Block[]): void {
    for (const definition of this.#definitionsOf.get(raw) ?? []) {
      const block: Block = {
        type: "paragraph",
        children: [{ type: "text", value: definition.source }],
      };
      siblings.push(block);
      this.#maybeUnused.push({ siblings, block, definition });
    }
    const children = this.#inline(raw.lines.join("\n"));
    if (children.length > 0) siblings.push({ type: "paragraph", children });
  }

  #quote(raw: readonly RawBlock[]): Block {
    const [first] = raw;
    const alert = first?.kind.type === "paragraph" ? alertOf(first.lines[0] ?? "") : undefined;
    if (alert !== undefined) first?.lines.shift();
    const children = this.#blocks(raw);
    return { type: "blockquote", ...(alert === undefined ? {} : { alert }), children };
  }

  #items(raw: readonly RawBlock[], start: number | undefined): ListItem[] {
    const items = raw.map((item) => this.#item(item));
    if (start === undefined) return items;
    const numbers = itemNumbers(raw, start);
    return items.map((item, index) => ({ ...item, number: numbers[index] ?? start + index }));
  }

  #item(raw: RawBlock): ListItem {
    const [first] = raw.children;
    const task = first?.kind.type === "paragraph" ? taskOf(first.lines.join("\n")) : undefined;
    if (task !== undefined) first?.lines.splice(0, first.lines.length, ...task.text.split("\n"));
    return {
      ...(task === undefined ? {} : { checked: task.checked }),
      spread: raw.spread,
      children: this.#blocks(raw.children),
    };
  }

  #addHtml(html: string, scopes: Scope[]): void {
    for (const part of htmlParts(html)) {
      this.budget.spend();
      const scope = scopes.at(-1);
      switch (part.type) {
        case "open":
          if (scopes.length <= DEEPEST_DETAILS) scopes.push(new Scope());
          break;
        case "close":
          if (scopes.length > 1) closeDetails(scopes);
          break;
        case "summary":
          if (scopes.length > 1 && scope !== undefined && scope.summary.length === 0) {
            scope.summary = this.#inline(part.text);
          } else {
            const children = this.#inline(part.text);
            scope?.blocks.push({ type: "paragraph", children: [{ type: "strong", children }] });
          }
          break;
        case "code":
          scope?.blocks.push({ type: "code", value: part.text });
          break;
        case "text": {
          const children = this.#inline(part.text);
          if (children.length > 0) scope?.blocks.push({ type: "paragraph", children });
          break;
        }
        default:
          part satisfies never;
      }
    }
  }
}

/**
 * Keeps the numbers that the agent has given, as its other sentences go by them: 1, 3 and 7 of a
 * review, or 3, 2, 1. Counts on where one comes twice: many write `1.` before every item.
 */
function itemNumbers(items: readonly RawBlock[], start: number): readonly number[] {
  const written = items.map(({ kind }, index) =>
    kind.type === "item" && kind.number !== undefined ? kind.number : start + index
  );
  return new Set(written).size === written.length
    ? written
    : written.map((_number, index) => start + index);
}

const DEEPEST_DETAILS = 8;

/** The blocks of a document, or of something that unfolds. */
class Scope {
  readonly blocks: Block[] = [];
  summary: readonly Inline[] = [];
}

function closeDetails(scopes: Scope[]): void {
  const inner = scopes.pop();
  if (inner === undefined) return;
  const { summary, blocks } = inner;
  scopes.at(-1)?.blocks.push({ type: "details", summary, children: blocks });
}

function alertOf(line: string): Alert | undefined {
  const name = /^\[!([A-Za-z]+)\]\s*$/.exec(line)?.[1]?.toLowerCase();
  return ALERTS.find((alert) => alert === name);
}
