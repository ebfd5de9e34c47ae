/** Checks the program that uses the state folder, its database, its crashes, and terminal chats. */
import { join } from "node:path";
import { conversationFolder, conversationsIn } from "../../../config/paths.ts";
import { checkDatabase } from "../../../integrations/state/database_check.ts";
import { NEWER_STATE_REMEDY, newerStateText } from "../../../integrations/state/database_file.ts";
import { type Crash, readCrashes } from "../../../supervisor/crash_record.ts";
import { runningInstance } from "../../../supervisor/instance.ts";
import { type Check, CheckSkipped, fail, type Finding, ok, together, warn } from "../check.ts";
import type { Installation } from "../installation.ts";

/** Whether the program runs with this state folder. */
export const runningCheck: Check = {
  id: "state.running",
  async look(installation): Promise<Finding> {
    const running = await installation.running();
    if (running === undefined) return ok("the program is not running");
    return ok(
      running.pid === undefined
        ? "the program is running"
        : `the program is running (process ${running.pid})`,
    );
  },
};

/** Whether state.db is sound, and of a version that this program knows. */
export const databaseCheck: Check = {
  id: "state.database",
  async look(installation): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    return await databaseFinding(stateFolder, {
      inUse: await installation.running() !== undefined,
    });
  },
};

/**
 * @param folder in which it lies
 * @throws {CheckSkipped} when there is none
 */
async function databaseFinding(
  folder: string,
  use: { readonly inUse: boolean },
): Promise<Finding> {
  const path = join(folder, "state.db");
  const found = await checkDatabase(path, use);
  switch (found.state) {
    case "missing":
      throw new CheckSkipped("no state.db yet");
    case "too-large":
      return warn(`${path} is too large to check`, "Check it with `sqlite3`");
    case "unreadable":
      return fail(
        `${path} cannot be read: ${found.reason}`,
        "Give the user who runs the program read and write access",
      );
    case "damaged":
      return fail(
        `${path} is damaged: ${found.reason}`,
        "The next start sets it aside and creates a new one; copy it first if you want to inspect it",
      );
    case "newer":
      return fail(newerStateText(path), NEWER_STATE_REMEDY, [
        `its version is ${found.version}, this program knows ${found.ours}`,
      ]);
    case "sound":
      return ok(
        found.version === found.ours
          ? `sound, version ${found.version}`
          : `sound, version ${found.version}; the next start updates it to ${found.ours}`,
      );
  }
}

const DAY_MS = 86_400_000;
/** Older crashes are no warning any more. */
const RECENT_MS = 7 * DAY_MS;

const WORDS: Readonly<Record<Crash["how"], string>> = {
  restarted: "the application died and was started again",
  "gave-up": "the application died too often, and the program ended",
  ended: "the program ended",
  unheard: "the program ended without a word",
};
const REMEDIES: Readonly<Record<Crash["how"], string>> = {
  restarted: "Look for program.fault in the log and report it",
  "gave-up": "Look for program.fault in the log and report it",
  ended: "Fix what the reason says, then start the program again",
  unheard: "Check the system's log for that time: out of memory, a kill, a power cut",
};

/** When the program last ended without being asked to, and why. */
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
      ? ok("none recorded")
      : crashFinding(last, crashes, installation.clock.now().getTime());
  },
};

/** @param all of one program, the last one included */
function crashFinding(
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
    ? ok(`the last one was long ago, ${summary}`, detail)
    : warn(summary, REMEDIES[how], detail);
}

const OPEN = "open";

/** Terminal chats: a conversation for each folder, with its own state. */
export const chatsCheck: Check = {
  id: "state.chats",
  async look(installation, signal): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    const names = await namesOf(conversationsIn(stateFolder));
    if (names.length === 0) throw new CheckSkipped("no terminal chat yet");
    const findings = [];
    // One after the other: there may be hundreds, and a database is checked in a copy.
    for (const name of names) {
      signal.throwIfAborted();
      const finding = await lookAt(conversationFolder(stateFolder, name), installation);
      findings.push({ name, ...finding });
    }
    const { status, ...rest } = together(findings, "");
    return status === "ok" ? ok(inOrder(findings)) : { status, ...rest };
  },
};

/** A database that cannot be used matters more than what ended a chat. */
async function lookAt(folder: string, { clock }: Installation): Promise<Finding> {
  const open = await runningInstance(folder) !== undefined;
  const state = await stateOf(folder, open);
  if (state !== undefined && state.status !== "ok") return state;
  // Closing the window ends a chat without a word: nothing to fix.
  const { crashes } = await readCrashes(folder);
  const last = crashes.findLast(({ how }) => how !== "unheard");
  const crash = last && crashFinding(last, crashes, clock.now().getTime());
  return crash === undefined || crash.status === "ok" ? ok(open ? OPEN : "closed") : crash;
}

/** @returns undefined where nothing is stored yet */
async function stateOf(folder: string, inUse: boolean): Promise<Finding | undefined> {
  try {
    return await databaseFinding(folder, { inUse });
  } catch (error) {
    if (error instanceof CheckSkipped) return undefined;
    throw error;
  }
}

function inOrder(findings: readonly Finding[]): string {
  const open = findings.filter(({ summary }) => summary === OPEN).length;
  const conversations = findings.length === 1
    ? "1 conversation"
    : `${findings.length} conversations`;
  return `${conversations}, ${open === 0 ? "none" : open} open now`;
}

async function namesOf(folder: string): Promise<readonly string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).toSorted();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
