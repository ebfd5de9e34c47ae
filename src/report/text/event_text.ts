/** One line of the trace as a line for a terminal, for who follows along. */
import { cutToWidth } from "../../core/text/cut_to_width.ts";
import { withoutControls } from "../../core/text/without_controls.ts";
import type { TraceRecord } from "../../core/run/trace.ts";
import { formatCount } from "../../core/text/duration.ts";
import { clockTime, duration, REVIEWS, stageName } from "../words.ts";
import type { Paint } from "./paint.ts";
import { stepText } from "./step_text.ts";

/** Enough to tell the runs of a day apart. */
const ID_LENGTH = 6;

/** @param columns what is longer is cut; undefined = nothing is */
export function eventText(
  record: TraceRecord,
  paint: Paint,
  columns: number | undefined,
): string {
  const time = clockTime(Date.parse(record.timestamp));
  const id = withoutControls(record.run_id).slice(0, ID_LENGTH);
  const room = (columns ?? Infinity) - time.length - id.length - 4;
  const text = whatHappened(record);
  return `${paint("dim", time)}  ${paint("cyan", id)}  ${cutToWidth(text, room)}\n`;
}

const plain: Paint = (_color, text) => text;

function whatHappened(record: TraceRecord): string {
  const oneLine = (text: string): string => withoutControls(text).replaceAll(/\s+/g, " ");
  switch (record.type) {
    case "run":
      return oneLine(`${record.continued ? "▶ goes on" : "▶"}: ${record.input_text}`);
    case "selection":
      return oneLine(`→ ${record.mode}: ${record.reason}`);
    case "stage_start":
      return oneLine(`● ${stageName({ role: record.stage, round: record.round })}`);
    case "stage":
      return oneLine(
        `○ ${stageName({ role: record.stage, round: record.round })} ${record.result} · ${
          duration(record.latency_ms)
        }${record.tokens === null ? "" : ` · ${formatCount(record.tokens.totalTokens)} tokens`}`,
      );
    case "review":
      return oneLine(`◆ round ${record.round} ${REVIEWS[record.verdict]}: ${record.summary}`);
    case "suspended":
      return "‖ the program stopped under it";
    case "request":
      return oneLine(
        `■ ${record.status} · ${duration(record.latency_ms)}: ${
          record.error_message ?? record.output_text
        }`,
      );
    case "approval":
      return oneLine(stepText(record, plain).join(" → "));
    default:
      return oneLine(stepText(record, plain).join(" "));
  }
}
