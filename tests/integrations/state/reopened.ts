/** A database on disk that a test closes and opens again, as one process follows another. */
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

export const LOG = new RecordingLog();

/** Hands out the database anew, as each process of a series of them would find it. */
export async function withDatabase(body: (reopen: () => StateDatabase) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  let opened: StateDatabase | undefined;
  try {
    body(() => {
      opened?.[Symbol.dispose]();
      opened = new StateDatabase({
        path: `${folder}/state.db`,
        clock: new FakeClock(),
        log: LOG,
      });
      return opened;
    });
  } finally {
    opened?.[Symbol.dispose]();
    await Deno.remove(folder, { recursive: true });
  }
}
