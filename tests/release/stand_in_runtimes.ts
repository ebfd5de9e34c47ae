/**
 * The smallest files that pass for a runtime of each system where the program is put into them. They
 * start nothing; the real ones weigh 100 MB and are not to be had without a download.
 */
import { join } from "node:path";
import { runtimeIn } from "../../release/executable.ts";
import { type Target, TARGETS } from "../../release/targets.ts";

/** One for every target, named as `deno task compile --runtimes` looks for them. */
export async function writeStandInRuntimes(folder: string): Promise<string> {
  const runtimes = join(folder, "runtimes");
  await Deno.mkdir(runtimes);
  for (const target of TARGETS) {
    await Deno.writeFile(runtimeIn(runtimes, target), standIn(target), { mode: 0o755 });
  }
  return runtimes;
}

function standIn({ system, processor }: Target): Uint8Array {
  switch (system) {
    case "linux":
      return elf(processor === "x64" ? 62 : 183);
    case "win32":
      return portableExecutable(processor === "x64" ? 0x8664 : 0xaa64);
    case "darwin":
      return machO(processor === "x64" ? 0x01000007 : 0x0100000c);
  }
}

/** Numbers in a row, each with its width in bytes; a text stands as it is, padded to its width. */
type Field = readonly [value: number | string, width: number];

function bytesOf(fields: readonly Field[], length?: number): Uint8Array {
  const width = fields.reduce((total, field) => total + field[1], 0);
  const bytes = new Uint8Array(length ?? width);
  let at = 0;
  for (const [value, size] of fields) {
    if (typeof value === "string") bytes.set(new TextEncoder().encode(value), at);
    else for (let index = 0; index < size; index++) bytes[at + index] = byteOf(value, index);
    at += size;
  }
  return bytes;
}

function byteOf(value: number, index: number): number {
  return Math.floor(value / 256 ** index) % 256;
}

function elf(machine: number): Uint8Array {
  const segment = 64;
  const names = segment + 56;
  const sections = names + 16;
  return bytesOf([
    // The header: 64 bit, little endian, position independent.
    ["\x7fELF\x02\x01\x01", 16],
    [3, 2],
    [machine, 2],
    [1, 4],
    [0, 8],
    [segment, 8],
    [sections, 8],
    [0, 4],
    [64, 2],
    [56, 2],
    [1, 2],
    [64, 2],
    [2, 2],
    [1, 2],
    // A segment that loads the whole file, readable.
    [1, 4],
    [4, 4],
    [0, 24],
    [sections + 128, 8],
    [sections + 128, 8],
    [0x1000, 8],
    // The names of the sections, then the sections: none, and their names.
    ["\0.shstrtab\0", 16],
    [0, 64],
    [1, 4],
    [3, 4],
    [0, 16],
    [names, 8],
    [11, 8],
    [0, 8],
    [1, 8],
    [0, 8],
  ]);
}

function portableExecutable(machine: number): Uint8Array {
  return bytesOf([
    ["MZ", 60],
    [64, 4],
    ["PE\0\0", 4],
    [machine, 2],
    // One section, 240 bytes of optional header, an executable for large addresses.
    [1, 2],
    [0, 12],
    [240, 2],
    [0x22, 2],
    // The optional header of 64 bit.
    [0x20b, 2],
    [0, 2],
    [512, 4],
    [0, 8],
    [0x1000, 4],
    [0x1000, 4],
    [0x140000000, 8],
    [0x1000, 4],
    [512, 4],
    [6, 8],
    [6, 8],
    [0x2000, 4],
    [512, 4],
    [0, 4],
    [3, 2],
    [0x8160, 2],
    [0x100000, 8],
    [0x1000, 8],
    [0x100000, 8],
    [0x1000, 8],
    [0, 4],
    [16, 4],
    [0, 128],
    [".text", 8],
    [1, 4],
    [0x1000, 4],
    [512, 4],
    [512, 4],
    [0, 12],
    [0x60000020, 4],
  ], 1_024);
}

const PAGE = 0x4000;
const BASE = 0x1_0000_0000;

function machO(processor: number): Uint8Array {
  const commands: readonly Field[] = [
    ...machOSegment("__PAGEZERO", [0, BASE, 0, 0], 0),
    ...machOSegment("__TEXT", [BASE, PAGE, 0, PAGE], 5),
    // Symbols and a signature; the signature is replaced.
    ...machOSegment("__LINKEDIT", [BASE + PAGE, PAGE, PAGE, 96], 1),
    [2, 4],
    [24, 4],
    [PAGE, 4],
    [0, 4],
    [PAGE + 16, 4],
    [16, 4],
    [0x1d, 4],
    [16, 4],
    [PAGE + 32, 4],
    [64, 4],
  ];
  const size = commands.reduce((total, field) => total + field[1], 0);
  return bytesOf([
    [0xfeedfacf, 4],
    [processor, 4],
    [0, 4],
    [2, 4],
    [5, 4],
    [size, 4],
    [0x200085, 4],
    [0, 4],
    ...commands,
  ], PAGE + 96);
}

function machOSegment(
  name: string,
  places: readonly number[],
  protection: number,
): readonly Field[] {
  return [
    [0x19, 4],
    [72, 4],
    [name, 16],
    ...places.map((place): Field => [place, 8]),
    [protection, 4],
    [protection, 4],
    [0, 8],
  ];
}
