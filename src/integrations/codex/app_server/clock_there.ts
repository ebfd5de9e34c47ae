/** Finds out by which clock a Codex tells times of day: another machine may be in another time zone. */
import { CodexError } from "../../../core/errors.ts";
import type { TimeZone } from "../reset_time.ts";
import type { AppServerConnection } from "./connection.ts";

const DEADLINE_MS = 5_000;
const OFFSET = /^([+-])(\d{2})(\d{2})$/;

/** Asks where the app-server is one of another machine. A failure of Codex leaves it unknown. */
export async function timeZoneOf(
  { machine, ask }: Pick<AppServerConnection, "machine" | "ask">,
): Promise<TimeZone> {
  if (machine === undefined) return { type: "here" };
  try {
    const { stdout } = await ask("command/exec", {
      command: ["date", "+%z"],
      timeoutMs: DEADLINE_MS,
      sandboxPolicy: { type: "readOnly", networkAccess: false },
    }, DEADLINE_MS);
    return zoneIn(stdout);
  } catch (error) {
    if (!(error instanceof CodexError)) throw error;
    return { type: "unknown" };
  }
}

function zoneIn(printed: string): TimeZone {
  const [, sign, hours, minutes] = OFFSET.exec(printed.trim()) ?? [];
  if (sign === undefined) return { type: "unknown" };
  const offset = Number(hours) * 60 + Number(minutes);
  return { type: "elsewhere", utcOffsetMinutes: sign === "-" ? -offset : offset };
}
