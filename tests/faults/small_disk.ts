/** A file system of a few megabytes in place of a folder, to be filled and closed at will. */
import { join } from "node:path";

export interface SmallDisk {
  readonly folder: string;
  remount(how: "ro" | "rw"): Promise<void>;
  unmount(): Promise<void>;
}

const SIZE = "3m";

/** Mounting needs rights that not every machine gives its tests. */
export async function canMount(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    await mount("-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", folder);
    await run("umount", folder);
    return true;
  } catch {
    return false;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the folder holds is there afterwards, too. */
export async function smallDisk(folder: string): Promise<SmallDisk> {
  const files = await Array.fromAsync(Deno.readDir(folder), async ({ name }) => ({
    name,
    bytes: await Deno.readFile(join(folder, name)),
  }));
  await mount("-t", "tmpfs", "-o", `size=${SIZE},mode=700`, "tmpfs", folder);
  for (const { name, bytes } of files) await Deno.writeFile(join(folder, name), bytes);
  return {
    folder,
    remount: (how) => mount("-o", `remount,${how}`, folder),
    unmount: () => run("umount", folder),
  };
}

/** Leaves no byte free. @returns makes room again */
export async function fill({ folder }: SmallDisk): Promise<() => Promise<void>> {
  const path = join(folder, "ballast");
  using file = await Deno.open(path, { create: true, write: true });
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    const block = new Uint8Array(size);
    try {
      for (;;) await file.write(block);
    } catch {
      // Full for blocks of this size; smaller ones may still fit.
    }
  }
  return () => Deno.remove(path);
}

async function mount(...args: string[]): Promise<void> {
  await run("mount", ...args);
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
}
