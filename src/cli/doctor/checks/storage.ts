/** Checks the files of the state folder: access, owners, sizes, room on the disk. */
import { dirname, join } from "node:path";
import { type Check, CheckSkipped, fail, type Finding, ok, warn } from "../check.ts";
import { askProgram } from "../other_program.ts";

const FILES = [
  "state.db",
  "state.db-wal",
  "state.db-shm",
  "instance.lock",
  "crashes.jsonl",
  "last-permissions.json",
];
const FOLDERS = ["sessions", "traces", "inbox", "terminal"];
const OTHERS = 0o077;

/** Who can open the state folder and its files, whose they are, and whether they can be used. */
export const fileModesCheck: Check = {
  id: "state.modes",
  async look(installation, signal): Promise<Finding> {
    if (Deno.build.os === "windows") throw new CheckSkipped("Windows has no file modes");
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
    if (files.length === 0) throw new CheckSkipped(`there is no ${stateFolder} yet`);
    const me = await ownNumber(signal);
    const foreign = files.filter(({ uid }) => me !== undefined && uid !== null && uid !== me);
    if (foreign.length > 0) {
      const [first] = foreign;
      return fail(
        `${foreign.length} belong to another user`,
        `Run the program as that user, or \`sudo chown -R "$USER" ${first?.path}\``,
        foreign.map(({ path, uid }) => `${path} belongs to user ${uid}`),
      );
    }
    const folders = new Set([stateFolder, ...FOLDERS.map((name) => join(stateFolder, name))]);
    const misplaced = files.filter(({ path, isFolder }) => isFolder !== folders.has(path));
    if (misplaced.length > 0) {
      return fail(
        `${misplaced.length} of them ${misplaced.length === 1 ? "is" : "are"} of the wrong kind`,
        "Move it away; the program makes it anew",
        misplaced.map(({ path, isFolder }) =>
          isFolder
            ? `${path} is a folder, where a file is needed`
            : `${path} is a file, where a folder is needed`
        ),
      );
    }
    const closed = await closedTo(files.filter(({ path }) => path !== conf), signal);
    if (closed.length > 0) {
      return fail(
        `the program cannot read and write ${closed.length} of them`,
        `Run \`chmod u+rwX ${closed.join(" ")}\`, and look whether the disk is read-only`,
        closed,
      );
    }
    const open = files.filter(({ mode }) => (mode & OTHERS) !== 0);
    if (open.length === 0) return ok(`${files.length} files and folders, private to their owner`);
    return warn(
      `other users can open ${open.length} of them`,
      `Run \`chmod go= ${open.map(({ path }) => path).join(" ")}\``,
      open.map(({ path, mode }) => `${path} has mode ${octal(mode)}`),
    );
  },
};

interface Looked {
  readonly path: string;
  readonly mode: number;
  readonly uid: number | null;
  readonly isFolder: boolean;
}

/** Asks the system, which knows of read-only disks as well. */
async function closedTo(files: readonly Looked[], signal: AbortSignal): Promise<string[]> {
  const asked = files.map(async ({ path }) => {
    const refuses = async (what: string): Promise<boolean> =>
      (await askProgram("test", [what, path], { signal }))?.code === 1;
    return await refuses("-r") || await refuses("-w") ? [path] : [];
  });
  return (await Promise.all(asked)).flat();
}

async function lookAt(path: string): Promise<Looked | undefined> {
  try {
    const { mode, uid, isDirectory } = await Deno.stat(path);
    return { path, mode: (mode ?? 0) & 0o777, uid, isFolder: isDirectory };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Asks `id`: asking the runtime takes a permission that nothing else needs. */
async function ownNumber(signal: AbortSignal): Promise<number | undefined> {
  const answer = await askProgram("id", ["-u"], { signal });
  const number = Number.parseInt(answer?.output ?? "", 10);
  return Number.isNaN(number) ? undefined : number;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** Who can read `.env`, and so act as the bot. */
export const secretFilesCheck: Check = {
  id: "state.secrets",
  async look(installation): Promise<Finding> {
    if (Deno.build.os === "windows") throw new CheckSkipped("Windows has no file modes");
    const { files } = await installation.environment();
    if (files.length === 0) throw new CheckSkipped("there is no .env file");
    const modes = await Promise.all(files.map(async (path) => ({
      path,
      mode: ((await Deno.stat(path)).mode ?? 0) & 0o777,
    })));
    const open = modes.filter(({ mode }) => (mode & OTHERS) !== 0).map(({ path }) => path);
    if (open.length === 0) return ok("only its owner can read .env");
    return fail(
      `other users can read ${open.join(" and ")}`,
      `Run \`chmod 600 ${open.join(" ")}\`, and ask @BotFather for a new token with /revoke`,
    );
  },
};

const MEGABYTE = 1_000_000;
const LITTLE = 200 * MEGABYTE;
const TOO_LITTLE = 20 * MEGABYTE;
const DISK_REMEDY = "Free some space: messages are stored before they are handled";

/** Room on the disk of the state folder. */
export const diskCheck: Check = {
  id: "state.disk",
  async look(installation, signal): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    const folder = await nearestFolder(stateFolder);
    const answer = await askProgram("df", ["-Pk", folder], { signal });
    const free = freeBytes(answer?.output ?? "");
    if (free === undefined) throw new CheckSkipped("the system did not say (df)");
    return diskFinding(free);
  },
};

export function diskFinding(free: number): Finding {
  const left = `${bytesInWords(free)} free`;
  if (free < TOO_LITTLE) return fail(left, DISK_REMEDY);
  return free < LITTLE ? warn(left, DISK_REMEDY) : ok(left);
}

/** Reads the second line of `df -Pk`: device, size, used, available, in blocks of 1024. */
export function freeBytes(output: string): number | undefined {
  const blocks = /^.*\n.*?\s\d+\s+-?\d+\s+(-?\d+)\s+\d+%/.exec(output)?.[1];
  return blocks === undefined ? undefined : Math.max(0, Number(blocks)) * 1024;
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await Deno.stat(path);
    return path;
  } catch {
    // Not there yet: it will be created on the disk of its parent.
    return dirname(path) === path ? path : await nearestFolder(dirname(path));
  }
}

const PARTS = [
  "state.db",
  "state.db-wal",
  "sessions",
  "traces",
  "inbox",
  "workspaces",
  "set-aside",
  "terminal",
];

/** How much space the program uses. */
export const sizesCheck: Check = {
  id: "state.sizes",
  async look(installation, signal): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    const parts = await Promise.all(PARTS.map(async (name) => ({
      name,
      size: await sizeOf(join(stateFolder, name), signal),
    })));
    const there = parts.flatMap(({ name, size }) => size === undefined ? [] : [{ name, size }]);
    if (there.length === 0) throw new CheckSkipped("nothing stored yet");
    return ok(there.map(({ name, size }) => `${name} ${bytesInWords(size)}`).join(", "));
  },
};

/** The size of the file, or of all files in the folder; undefined when there is neither. */
async function sizeOf(path: string, signal: AbortSignal): Promise<number | undefined> {
  signal.throwIfAborted();
  try {
    const { isDirectory, size } = await Deno.lstat(path);
    if (!isDirectory) return size;
    let sum = 0;
    for await (const { name } of Deno.readDir(path)) {
      sum += await sizeOf(join(path, name), signal) ?? 0;
    }
    return sum;
  } catch (error) {
    // Files come and go while the program runs.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** An amount for people, with at most three digits: `1.2 GB`, `340 kB`, `12 bytes`. */
export function bytesInWords(bytes: number): string {
  let amount = bytes;
  let step = 0;
  while (amount >= 999.5 && step < UNITS.length - 1) {
    amount /= 1000;
    step += 1;
  }
  const digits = step > 0 && amount < 9.95 ? amount.toFixed(1) : amount.toFixed(0);
  return `${digits} ${UNITS[step]}`;
}
