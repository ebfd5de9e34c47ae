/** Reads the citations that models write for the clients of their maker, as `【F:src/a.ts†L10-L20】`. */

interface Citation {
  /** A file with its lines, as in `src/a.ts:10-20`, or the name of another source. */
  readonly path?: string;
  readonly source?: string;
  readonly end: number;
}

/** Where one may begin. */
export const CITATION_STARTS = "【|\\ue200cite|:codex-(?:file|terminal)-citation";

const BRACKETED = /【(F:)?([^【】†\n]{1,500})†([^【】†\n]{0,200})】/y;
const MARKED = /\ue200cite((?:\ue202[\w.:-]{1,100}){1,50})\ue201/y;
const DIRECTIVE =
  /:codex-(?:file|terminal)-citation(?:\[[^[\]\n]{0,200}\])?\{((?:[^{}"\n]|"[^"\n]{0,2000}"){0,2000})\}/y;
const ATTRIBUTE = /([\w-]+)=(?:"([^"\n]*)"|([^\s"{}]+))/g;
const LINES = /^L(\d+)(?:-L?(\d+))?$/;

/** @returns undefined where none is that can be read, and the text is shown as it was written */
export function citationAt(text: string, start: number): Citation | undefined {
  return bracketed(text, start) ?? marked(text, start) ?? directive(text, start);
}

/** Of a file, or of a page or an output that only the model's own client can show. */
function bracketed(text: string, start: number): Citation | undefined {
  BRACKETED.lastIndex = start;
  const found = BRACKETED.exec(text);
  if (found === null) return undefined;
  const [, mark, name = "", place = ""] = found;
  const end = BRACKETED.lastIndex;
  if (mark === undefined) return { source: name, end };
  const [, first, last] = LINES.exec(place) ?? [];
  return { path: withLines(name, first, last), end };
}

function marked(text: string, start: number): Citation | undefined {
  MARKED.lastIndex = start;
  const names = MARKED.exec(text)?.[1]?.split("\ue202").filter((name) => name !== "");
  return names === undefined ? undefined : { source: names.join(", "), end: MARKED.lastIndex };
}

function directive(text: string, start: number): Citation | undefined {
  DIRECTIVE.lastIndex = start;
  const written = DIRECTIVE.exec(text)?.[1];
  if (written === undefined) return undefined;
  const end = DIRECTIVE.lastIndex;
  const attributes = new Map(
    [...written.matchAll(ATTRIBUTE)].map((
      [, key = "", quoted, bare = ""],
    ) => [key, quoted ?? bare]),
  );
  const path = attributes.get("path");
  const source = attributes.get("terminal_chunk_id");
  if (path === undefined || path === "") return source === undefined ? undefined : { source, end };
  const [first, last] = [attributes.get("line_range_start"), attributes.get("line_range_end")];
  return { path: withLines(path, first, last), end };
}

function withLines(path: string, first?: string, last?: string): string {
  if (first === undefined) return path;
  return last === undefined || last === first ? `${path}:${first}` : `${path}:${first}-${last}`;
}
