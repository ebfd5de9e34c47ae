/** Makes reproducible archives: their bytes depend only on the files, not on time, user or disk. */
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

export interface ArchivedFile {
  readonly name: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** 1980-01-01T00:00:00Z, the earliest time that a ZIP file can hold. */
export const MODIFIED_SECONDS = 315_532_800;
/** The header says on which system it was made; no system is named. */
const GZIP_SYSTEM_AT = 9;
const GZIP_ANY_SYSTEM = 255;
const ZIP_DATE = (1 << 5) | 1;

const encoder = new TextEncoder();

/** For every system but Windows. */
export function tarGz(files: readonly ArchivedFile[]): Uint8Array {
  const blocks = files.flatMap((file) => [
    tarHeader(file),
    file.content,
    new Uint8Array((512 - file.content.length % 512) % 512),
  ]);
  const compressed = gzipSync(joined([...blocks, new Uint8Array(1_024)]));
  compressed[GZIP_SYSTEM_AT] = GZIP_ANY_SYSTEM;
  return compressed;
}

function tarHeader({ name, content, executable }: ArchivedFile): Uint8Array {
  const header = new Uint8Array(512);
  const put = (text: string, at: number): void => header.set(encoder.encode(text), at);
  const octal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, "0")}\0`;
  put(name, 0);
  put(octal(executable ? 0o755 : 0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(content.length, 11), 124);
  put(octal(MODIFIED_SECONDS, 11), 136);
  // The checksum counts its own field as blanks.
  put(" ".repeat(8), 148);
  put("0", 156);
  put("ustar\0" + "00", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)} `, 148);
  return header;
}

/** For Windows. */
export function zip(files: readonly ArchivedFile[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const name = encoder.encode(file.name);
    const data = deflateRawSync(file.content);
    const described = zipDescription(file, name, data);
    parts.push(uint32(0x04034b50), described, name, data);
    directory.push(
      uint32(0x02014b50),
      // Made by version 2.0 on Unix, so that the permission bits count.
      uint16(0x0314),
      described,
      uint16(0, 0, 0),
      uint32((file.executable ? 0o100755 : 0o100644) * 0x10000, offset),
      name,
    );
    offset += 4 + described.length + name.length + data.length;
  }
  const size = directory.reduce((total, { length }) => total + length, 0);
  const end = [uint32(0x06054b50), uint16(0, 0, files.length, files.length), uint32(size, offset)];
  return joined([...parts, ...directory, ...end, uint16(0)]);
}

/** The part that is the same before the file and in the directory. */
function zipDescription(file: ArchivedFile, name: Uint8Array, data: Uint8Array): Uint8Array {
  return joined([
    uint16(20, 0, 8, 0, ZIP_DATE),
    uint32(crc32(file.content), data.length, file.content.length),
    uint16(name.length, 0),
  ]);
}

function uint16(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, index) => view.setUint16(index * 2, value, true));
  return new Uint8Array(view.buffer);
}

function uint32(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => view.setUint32(index * 4, value, true));
  return new Uint8Array(view.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
