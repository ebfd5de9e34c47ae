/** A disk of a few megabytes that a test fills or makes read-only, where this machine allows it. */
import { join } from "node:path";
import { temporaryFolder } from "./temporary_folder.ts";

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Takes all room. @param spareBytes what is left of it, in whole pages of 4,096 */
  fill(spareBytes?: number): Promise<void>;
  /** Gives the room back. */
  free(): Promise<void>;
  /** Fails while a file on it is open for writing. */
  remount(mode: "ro" | "rw"): Promise<void>;
}

const MEGABYTE = 1024 * 1024;
const SIZE_MB = 2;
const FREE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

type NoDisk = string | undefined;

/** Why no small disk can be had here; undefined when it can. */
const NO_SMALL_DISK = await reasonAgainst(smallDisk);
/** Why no disk can be had here that fails while files on it are open; undefined when it can. */
const NO_FAILING_DISK = await reasonAgainst(failingDisk);

/** A test that is skipped, with the reason in its name, where there is no small disk. */
export function smallDiskTest(name: string, body: () => Promise<void>): void {
  testUnless(NO_SMALL_DISK, name, body);
}

/** A test that is skipped, with the reason in its name, where there is no failing disk. */
export function failingDiskTest(name: string, body: () => Promise<void>): void {
  testUnless(NO_FAILING_DISK, name, body);
}

/** Runs the tests of a file as the root of a namespace of their own, where we may not mount. */
export async function testInNamespace(url: string): Promise<void> {
  if (NO_SMALL_DISK === undefined || Deno.env.has("IN_NAMESPACE")) return;
  const reason = await reasonAgainst(async () => {
    await runProgram("unshare", "-rm", "true");
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  });
  const file = new URL(url).pathname;
  testUnless(reason, `${file.split("/").at(-1)} in a namespace of its own`, async () => {
    await runProgram(
      "unshare",
      "-rm",
      "env",
      "IN_NAMESPACE=1",
      Deno.execPath(),
      "test",
      "-A",
      file,
    );
  });
}

function testUnless(reason: NoDisk, name: string, fn: () => Promise<void>): void {
  if (reason === undefined) Deno.test(name, fn);
  else Deno.test({ name: `${name} (skipped: ${reason})`, ignore: true, fn });
}

/** Whether this machine lets us have one. */
export function hasSmallDisk(): boolean {
  return NO_SMALL_DISK === undefined;
}

export async function smallDisk(): Promise<SmallDisk> {
  const folder = await temporaryFolder();
  try {
    const disk = await smallDiskAt(folder.path);
    return {
      ...disk,
      [Symbol.asyncDispose]: async () => {
        await disk[Symbol.asyncDispose]();
        await folder[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

/** In place of the folder, whose files come back with the end of the disk. */
export async function smallDiskAt(path: string): Promise<SmallDisk> {
  await runProgram("mount", "-t", "tmpfs", "-o", `size=${SIZE_MB}m,mode=700`, "tmpfs", path);
  const ballast = join(path, "ballast");
  return {
    path,
    fill: async (spareBytes = 0) => {
      await takeAllRoom(ballast);
      const { size } = await Deno.stat(ballast);
      await Deno.truncate(ballast, size - spareBytes);
    },
    free: () => Deno.remove(ballast),
    remount: (mode) => onceFree(() => runProgram("mount", "-o", `remount,bind,${mode}`, path)),
    [Symbol.asyncDispose]: () => onceFree(() => runProgram("umount", path)),
  };
}

interface FailingDisk extends AsyncDisposable {
  readonly path: string;
  /** From now on nothing can be written, as after a fault of the hardware. */
  fail(): Promise<void>;
}

/** An ext4 file system in a file, which can be told to behave as if its disk had failed. */
export async function failingDisk(): Promise<FailingDisk> {
  const folder = await temporaryFolder();
  const image = join(folder.path, "image");
  const path = join(folder.path, "disk");
  try {
    await Deno.mkdir(path);
    await Deno.writeFile(image, new Uint8Array(4 * SIZE_MB * MEGABYTE));
    await runProgram("mkfs.ext4", "-q", image);
    await runProgram("mount", "-o", "loop", image, path);
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
  return {
    path,
    fail: () => runProgram("mount", "-o", "remount,abort", path),
    [Symbol.asyncDispose]: async () => {
      await onceFree(() => runProgram("umount", path));
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function reasonAgainst(make: () => Promise<AsyncDisposable>): Promise<NoDisk> {
  try {
    await using _made = await make();
    return undefined;
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split("\n", 1);
    return reason;
  }
}

async function takeAllRoom(path: string): Promise<void> {
  try {
    await Deno.writeFile(path, new Uint8Array((SIZE_MB + 1) * MEGABYTE));
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("No space left")) return;
    throw error;
  }
  throw new Error("The disk is larger than it was made");
}

/**
 * A program that another test is just starting holds our files, too, from its fork to its exec:
 * for a moment the disk is busy although everything here is closed.
 */
async function onceFree(work: () => Promise<void>): Promise<void> {
  const givenUpAt = performance.now() + FREE_WITHIN_MS;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > givenUpAt || !/\bbusy\b/.test(String(error))) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function runProgram(program: string, ...args: string[]): Promise<void> {
  // In English, as `onceFree` reads what is said.
  const env = { LC_ALL: "C" };
  const { success, stdout, stderr } = await new Deno.Command(program, { args, env }).output();
  if (success) return;
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  throw new Error(`${program}: ${said.trim()}`);
}
