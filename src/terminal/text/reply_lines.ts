/** Draws replies of commands as lines for a terminal. */
import type { Icon, Look, Reply, ReplyLine } from "../../commands/reply.ts";
import { says } from "../../commands/reply.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { diffLines } from "./diff_lines.ts";
import { markdownLines } from "./markdown.ts";
import { type Line, linesOf, type Span, span, type Tone, toned } from "./styled_line.ts";

const INDENT = span("  ");
/** For replies without Markdown, which the view wraps. */
const USUAL_COLUMNS = 80;

const SIGNS: Readonly<Record<Icon, string>> = {
  warning: "!",
  document: "",
  log: "",
  chosen: "",
  selector: "",
  planner: "",
  developer: "",
  reviewer: "",
  command: "$",
  files: "±",
  tool: "›",
  message: "",
  approval: "?",
  steer: "+",
  retry: "…",
  agent: "◦",
  check: "✓",
  add: "+",
  delete: "−",
  update: "±",
  rename: "→",
};

const TONES: Readonly<Record<Look, readonly Tone[]>> = {
  plain: [],
  bold: ["bold"],
  italic: ["italic"],
  code: ["code"],
  dim: ["dim"],
};

/** Draws a reply; choices are listed with the commands that pick them. */
export function replyLines(
  { blocks, choices = [], refused }: Reply,
  columns = USUAL_COLUMNS,
): Line[] {
  const lines = blocks.flatMap((block): Line[] => {
    switch (block.type) {
      case "line":
        return [lineOf(block.spans)];
      case "pre": {
        const text = withoutControls(block.text);
        const code = block.language === "diff" ? diffLines(text) : linesOf(text, "code");
        return code.map((line) => [INDENT, ...line]);
      }
      case "markdown":
        return markdownLines(
          block.text,
          columns,
          block.folder === undefined ? {} : { folder: block.folder },
        );
      case "folded":
        return block.lines.map(lineOf);
    }
  });
  const picks = choices.flat().flatMap(({ label, typed }): Line[] =>
    typed === undefined ? [] : [[INDENT, span(typed, "code"), INDENT, span(withoutControls(label))]]
  );
  return [...(refused === true ? marked(lines) : lines), ...picks];
}

/** Draws a sentence that something was not done, or is wrong. */
export function problem(sentence: string): Line[] {
  return replyLines({ ...says(sentence), refused: true });
}

/** Draws a sentence that says what goes on. */
export function said(sentence: string): Line[] {
  return replyLines(says(sentence));
}

function marked([first = [], ...rest]: readonly Line[]): Line[] {
  return [[span("! ", "warning"), ...toned(first, "warning")], ...rest];
}

function lineOf(line: ReplyLine): Line {
  return line.flatMap((part): Span[] => {
    if (part.type === "icon") {
      return SIGNS[part.icon] === "" ? [] : [span(`${SIGNS[part.icon]} `, "dim")];
    }
    const tones = part.type === "text" ? TONES[part.look] : [];
    return [span(withoutControls(part.text), ...tones)];
  });
}
