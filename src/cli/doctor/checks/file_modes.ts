/** Who may look into the state folder and its files, and whose they are. */
import { join } from "node:path";
import { type Check, fail, type Finding, NotLookedAt, ok, warn } from "../check.ts";
import { askProgram } from "../other_program.ts";

const FILES = ["state.db", "state.db-wal", "state.db-shm", "instance.lock", "crashes.jsonl"];
const FOLDERS = ["sessions", "traces", "inbox", "terminal"];
const OTHERS = 0o077;

export const fileModesCheck: Check = {
  id: "state.modes",
  async look(installation, signal): Promise<Finding> {
    if (Deno.build.os === "windows") throw new NotLookedAt("Windows has no such modes");
    const stateFolder = await installation.stateFolder();
    const { path: conf } = await installation.config();
    const paths = [
      stateFolder,
      conf,
      ...[...FILES, ...FOLDERS].map((name) => join(stateFolder, name)),
    ];
    const files = (await Promise.all([...new Set(paths)].map(lookAt))).flatMap((file) =>
      file ?? []
    );
    if (files.length === 0) throw new NotLookedAt(`there is no ${stateFolder} yet`);
    const me = await ownNumber(signal);
    const foreign = files.filter(({ uid }) => me !== undefined && uid !== null && uid !== me);
    if (foreign.length > 0) {
      const [first] = foreign;
      return fail(
        `${foreign.length} of them belong to another user`,
        `Run the program as that user, or \`sudo chown -R "$USER" ${first?.path}\``,
        foreign.map(({ path, uid }) => `${path} belongs to user ${uid}`),
      );
    }
    const open = files.filter(({ mode }) => (mode & OTHERS) !== 0);
    if (open.length === 0) return ok(`${files.length} files and folders are their owner's alone`);
    return warn(
      `${open.length} may be looked into by other users`,
      `Run \`chmod go= ${open.map(({ path }) => path).join(" ")}\``,
      open.map(({ path, mode }) => `${path} has mode ${octal(mode)}`),
    );
  },
};

interface Looked {
  readonly path: string;
  readonly mode: number;
  readonly uid: number | null;
}

async function lookAt(path: string): Promise<Looked | undefined> {
  try {
    const { mode, uid } = await Deno.stat(path);
    return { path, mode: (mode ?? 0) & 0o777, uid };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** This process may not ask the runtime for it, which needs a permission that nothing else needs. */
async function ownNumber(signal: AbortSignal): Promise<number | undefined> {
  const answer = await askProgram("id", ["-u"], { signal });
  const number = Number.parseInt(answer?.output ?? "", 10);
  return Number.isNaN(number) ? undefined : number;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
