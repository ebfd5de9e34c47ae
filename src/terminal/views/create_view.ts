/** Makes the view that the options ask for. */
import type { Clock } from "../../core/clock.ts";
import { unreachable } from "../../core/errors.ts";
import type { Redactor } from "../../core/redaction/redact.ts";
import type { Texts } from "../../texts/texts.ts";
import type { ChatOptions } from "../chat_options.ts";
import type { Typed } from "../input/typed_line.ts";
import type { Terminal } from "../terminal.ts";
import { JsonView } from "./json_view.ts";
import { LiveView } from "./live_view.ts";
import { PlainView } from "./plain_view.ts";
import type { View } from "./view.ts";

export interface ViewParts {
  readonly options: ChatOptions;
  readonly terminal: Terminal;
  readonly texts: Texts;
  readonly redactor: Redactor;
  readonly echo: () => boolean;
  readonly clock: Clock;
  /** The line that is being typed; undefined where nothing is typed now. */
  readonly typed: () => Typed | undefined;
}

export interface ViewInUse extends View {
  /** Draws again: something changed that no event tells of. */
  draw(): void;
  close(): void;
}

const USUAL_COLUMNS = 80;

export function createView(parts: ViewParts): ViewInUse {
  const { options: { view, colors, shown, request }, terminal, redactor, texts, echo, clock } =
    parts;
  const { forPeople: redact } = redactor;
  const { write: print, writeError } = terminal;
  const talks = request === undefined;
  switch (view) {
    case "live":
      return new LiveView({ ...parts, colors, redact, talks });
    case "json":
      return still(new JsonView({ ...parts, print, tell: writeError }));
    case "plain": {
      const columns = shown ? terminal.size().columns : USUAL_COLUMNS;
      // In a conversation everything goes to the screen, in order.
      const tell = talks ? print : writeError;
      const raw = !shown;
      return still(
        new PlainView({ print, tell, raw, columns, talks, colors, texts, redact, echo, clock }),
      );
    }
    default:
      return unreachable(view);
  }
}

/** A view that never redraws. */
function still(view: View): ViewInUse {
  return {
    show: (shown, event) => view.show(shown, event),
    finish: (shown, outcome, latencyMs) => view.finish(shown, outcome, latencyMs),
    ask: (run, request) => view.ask(run, request),
    settled: (run, request, end) => view.settled(run, request, end),
    askQuestion: (run, progress) => view.askQuestion(run, progress),
    questionSettled: (run, question, end) => view.questionSettled(run, question, end),
    askPlan: (run, words) => view.askPlan(run, words),
    planSettled: (run, end) => view.planSettled(run, end),
    say: (lines) => view.say(lines),
    columns: view.columns,
    draw: () => {},
    close: () => {},
  };
}
