/** One step of a run as a few lines for a terminal. */
import { withVisibleControls } from "../../core/text/visible_controls.ts";
import { withoutControls } from "../../core/text/without_controls.ts";
import type { Step } from "../steps.ts";
import { commandEnd, decisionText, duration, isAllowed, isFailed } from "../words.ts";
import type { Paint } from "./paint.ts";

const MOST_LINES = 6;

/** The first line says what it was. */
export function stepText(step: Step, paint: Paint): readonly string[] {
  switch (step.type) {
    case "command": {
      const end = [commandEnd(step), duration(step.duration_ms)].filter((part) => part !== "");
      const [first = "", ...more] = linesOf(withVisibleControls(step.command));
      const color = isFailed(step) ? "red" : "dim";
      return [`$ ${first}  ${paint(color, end.join(" · "))}`, ...more];
    }
    case "files":
      return [`✎ ${step.changes.map(({ path }) => withoutControls(path)).join(", ")}`];
    case "tool":
      return [`⚙ ${withoutControls(step.name)}  ${paint("dim", duration(step.duration_ms))}`];
    case "message":
      return prefixed("– ", linesOf(step.text));
    case "notice":
      return prefixed(NOTICES[step.kind], linesOf(step.text));
    case "approval": {
      const [first = "", ...more] = linesOf(withVisibleControls(step.subject));
      const color = isAllowed(step) ? "green" : "yellow";
      const decision = `${decisionText(step)}, after ${duration(step.waited_ms)}`;
      return [`? ${first}`, ...more, paint(color, withoutControls(decision))];
    }
  }
}

const NOTICES = {
  retry: "↻ Codex tries again: ",
  warning: "! ",
  steer: "» You added: ",
  replayed: "⤼ Taken from the record: ",
} as const;

function prefixed(prefix: string, [first = "", ...more]: readonly string[]): readonly string[] {
  return [`${prefix}${first}`, ...more];
}

/** The first ones; `…` stands for the others. */
function linesOf(text: string): readonly string[] {
  const lines = withoutControls(text).trim().split("\n");
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), "…"];
}
