/** Finds where the value of a variable begins and ends, in the formats of settings and in code. */

/** Without the quotes around it; in UTF-16 units. */
interface Value {
  readonly start: number;
  readonly end: number;
}

interface Place {
  /** Blanks at the beginning of its line. */
  readonly indent: number;
  /** Nothing else stands in the line: an unquoted value goes on to its end. */
  readonly hasLine: boolean;
  /** Stands before the name and ends the value: `"NAME=value"`. */
  readonly quote: string | undefined;
  readonly isSettings: boolean;
}

const TRIPLE = /("""|''')[\s\S]*?(?:\1|$(?![\s\S]))/y;
const QUOTED = /"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|`[^`\r\n]*`/y;
const OVER_LINES = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^']*'/y;
/** Begins a text of YAML that goes on in the lines below. */
const BLOCK = /[|>][-+\d]*[ \t]*(?:#[^\r\n]*)?(?=\r?\n)/y;
const TO_LINE_END = /(?:[^\\\r\n]|\\(?:\r?\n|[^\r\n]|$))*/y;
const WORD = /[^\s,;&"'`)\]}]+/y;
/** What may follow a quoted value without being a part of it. */
const BEHIND = /[ \t]*(?:[,;)\]}]|\/?>|["']|$|(?=\r?\n)|[ \t]\w+=)/my;

/**
 * @param start right behind the `=` or `:` and the blanks there
 * @returns undefined where there is no value, or it holds others
 */
export function secretValueAt(text: string, start: number, place: Place): Value | undefined {
  const at = (pattern: RegExp): number => {
    pattern.lastIndex = start;
    return pattern.test(text) ? pattern.lastIndex : start;
  };
  const triple = at(TRIPLE);
  if (triple > start) return { start: start + 3, end: triple - 3 };
  const quoted = at(QUOTED);
  if (quoted > start) {
    BEHIND.lastIndex = quoted;
    const isWhole = !place.hasLine || BEHIND.test(text);
    return isWhole ? { start: start + 1, end: quoted - 1 } : lineValue(text, start, place);
  }
  // Code has names in capitals, too: only what is a literal for certain is a value there.
  if (!place.isSettings && !place.hasLine) return undefined;
  const overLines = /["']/.test(text[start] ?? "") ? at(OVER_LINES) : start;
  if (overLines > start && place.hasLine) return { start: start + 1, end: overLines - 1 };
  const block = place.isSettings ? at(BLOCK) : start;
  if (block > start) return { start: block, end: blockEnd(text, block, place.indent) };
  if (/[{[]/.test(text[start] ?? "")) return undefined;
  if (place.isSettings && /[\r\n]/.test(text[start] ?? "")) return nextLine(text, start, place);
  return place.hasLine ? lineValue(text, start, place) : orNothing({ start, end: at(WORD) });
}

/** Leaves the end of the line as it is, so that the file can still be read. */
function lineValue(text: string, start: number, { quote }: Place): Value | undefined {
  TO_LINE_END.lastIndex = start;
  const line = TO_LINE_END.exec(text)?.[0] ?? "";
  const closing = quote === undefined ? -1 : line.lastIndexOf(quote);
  if (closing >= 0) return orNothing({ start, end: start + closing });
  return orNothing({ start, end: start + line.replace(/[ \t]*[,;]?[ \t]*$/, "").length });
}

/** Counts the lines that are indented deeper, and blank ones between them. */
function blockEnd(text: string, start: number, indent: number): number {
  const line = new RegExp(`\\r?\\n(?:[ \\t]*(?=\\r?\\n)|[ \\t]{${indent + 1},}[^\\r\\n]*)`, "y");
  let end = start;
  for (line.lastIndex = start; line.test(text);) end = line.lastIndex;
  return end;
}

/** A plain value of YAML below its name; names and items of their own are none. */
function nextLine(text: string, start: number, { indent }: Place): Value | undefined {
  const end = blockEnd(text, start, indent);
  const below = text.slice(start, end);
  const isPlain = /^\r?\n[ \t]*(?![-#{[\s])/.test(below) && !/:(?:\s|$)|=/.test(below);
  return isPlain ? orNothing({ start, end }) : undefined;
}

function orNothing(value: Value): Value | undefined {
  return value.end > value.start ? value : undefined;
}
