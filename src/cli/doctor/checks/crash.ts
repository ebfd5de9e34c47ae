/** When the program last ended without being asked to, and why. */
import { type Crash, readCrashes } from "../../../supervisor/crash_record.ts";
import { type Check, type Finding, ok, warn } from "../check.ts";

const DAY_MS = 86_400_000;
/** What is older is history. */
const RECENT_MS = 7 * DAY_MS;

const WORDS: Readonly<Record<Crash["how"], string>> = {
  restarted: "the application died and was started again",
  "gave-up": "the application died too often, and the program ended",
  ended: "the program ended",
  unheard: "the program was gone",
};
const REMEDIES: Readonly<Record<Crash["how"], string>> = {
  restarted: "Look for program.fault in the log, and report it",
  "gave-up": "Look for program.fault in the log, and report it",
  ended: "Mend what the reason says, then start the program again",
  unheard: "Look in the log of the system for that time: no memory, a kill, a power cut",
};

export const crashCheck: Check = {
  id: "state.crash",
  async look(installation): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    const { crashes, running } = await readCrashes(stateFolder);
    if (running !== undefined && await installation.running() === undefined) {
      const what = `process ${running.pid}, started ${running.at}, ended without a word`;
      return warn(what, REMEDIES.unheard);
    }
    const last = crashes.at(-1);
    return last === undefined
      ? ok("none is noted")
      : crashFinding(last, crashes, installation.clock.now().getTime());
  },
};

/** @param all of one program, the last one included */
export function crashFinding(
  { at, how, code, reason }: Crash,
  all: readonly Crash[],
  now: number,
): Finding {
  const ended = code === undefined ? "" : ` with exit code ${code}`;
  const recent = all.filter((crash) => now - Date.parse(crash.at) <= RECENT_MS).length;
  const summary = `${at}: ${WORDS[how]}${ended}`;
  const detail = [
    ...(reason === "" ? [] : [reason]),
    ...(recent > 1 ? [`${recent} in the last seven days`] : []),
  ];
  return recent === 0
    ? ok(`the last one is long ago, ${summary}`, detail)
    : warn(summary, REMEDIES[how], detail);
}
