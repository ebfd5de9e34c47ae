/** Lines of a trace as the writer makes them, shifted and renamed for a test. */
import { recordedLines } from "./recorded.ts";

export interface Copy {
  /** Takes the place of the recorded run's id. */
  readonly id: string;
  /** The UTC day of the run. */
  readonly day: string;
  /** Takes the place of the request. */
  readonly request?: string;
}

/** The recorded run once more, as another one. */
export function copyOfRun({ id, day, request }: Copy): string[] {
  return recordedLines().map((line) =>
    line
      .replaceAll("ccecc6b44d03", id)
      .replaceAll("2026-11-21T", `${day}T`)
      .replaceAll(
        /"input_text":"[^"]*"/g,
        (whole) => request === undefined ? whole : `"input_text":${JSON.stringify(request)}`,
      )
  );
}

/** As the first version of the program wrote them. */
export const FIRST_VERSION = [
  `{"type":"stage","timestamp":"2026-01-02T10:00:09.000Z","run_id":"old1","session_id":"tg:1:2","mode":"single","stage":"developer","round":1,"result":"completed","latency_ms":8000,"tokens":null,"error_message":null}`,
  `{"type":"request","timestamp":"2026-01-02T10:00:10.000Z","run_id":"old1","session_id":"tg:1:2","mode":"single","review_round":0,"review_result":null,"input_kind":"text","input_text":"hello","output_text":"hi","status":"ok","latency_ms":10000,"tokens":null,"error_message":null}`,
];

/** Writes the file of a day. */
export async function writeDay(
  folder: string,
  day: string,
  lines: readonly string[],
  end = "\n",
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/${day}.jsonl`, lines.join("\n") + end);
}
