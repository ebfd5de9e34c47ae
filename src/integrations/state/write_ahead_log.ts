/**
 * Tells a write-ahead log that a crash has cut short from one that somebody has damaged.
 *
 * SQLite reads a log up to the first frame that is not whole and writes over the rest, which is
 * right after a crash: only transactions that were not synced can be torn, and there are few of them. The format is that of
 * https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */

/**
 * How many commits may wait for the disk at one time. A power cut can tear each of them, so that a log
 * with more of them behind a damage was damaged by something else.
 */
export const MOST_UNSYNCED = 32;

const HEADER_SIZE = 32;
const FRAME_HEADER_SIZE = 24;
const MAGIC = 0x377f0682;

type Sums = readonly [number, number];

/** Says what is wrong with the log; undefined when SQLite may open it. */
export function damageOfLog(bytes: Uint8Array): string | undefined {
  // Frames are only written once the header is on disk.
  if (bytes.length <= HEADER_SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return "its write-ahead log has no header";
  const little = magic === MAGIC;
  const sums = summed(view, 0, FRAME_HEADER_SIZE, [0, 0], little);
  if (!isStored(view, FRAME_HEADER_SIZE, sums)) {
    return "the header of its write-ahead log is damaged";
  }
  return commitsBehindDamage(view, sums, little) <= MOST_UNSYNCED
    ? undefined
    : "its write-ahead log is damaged in the middle";
}

/** Counts the transactions of this log after its first frame that is not whole, that one included. */
function commitsBehindDamage(view: DataView, headerSums: Sums, little: boolean): number {
  const frameSize = FRAME_HEADER_SIZE + view.getUint32(8);
  let sums = headerSums;
  let whole = true;
  let commits = 0;
  for (let at = HEADER_SIZE; at + frameSize <= view.byteLength; at += frameSize) {
    const ours = hasSalts(view, at);
    if (whole) {
      sums = summed(view, at, 8, sums, little);
      sums = summed(view, at + FRAME_HEADER_SIZE, frameSize - FRAME_HEADER_SIZE, sums, little);
      whole = ours && isStored(view, at + 16, sums);
    }
    if (!whole && ours && view.getUint32(at + 4) > 0) commits++;
  }
  return commits;
}

/** Frames of an earlier round of the log have other salts. */
function hasSalts(view: DataView, at: number): boolean {
  return view.getUint32(at + 8) === view.getUint32(16) &&
    view.getUint32(at + 12) === view.getUint32(20);
}

function isStored(view: DataView, at: number, [first, second]: Sums): boolean {
  return view.getUint32(at) === first && view.getUint32(at + 4) === second;
}

/** Continues SQLite's checksum from the sums of what stands before. */
function summed(view: DataView, at: number, length: number, sums: Sums, little: boolean): Sums {
  let [first, second] = sums;
  for (let word = at; word < at + length; word += 8) {
    first = (first + view.getUint32(word, little) + second) >>> 0;
    second = (second + view.getUint32(word + 4, little) + first) >>> 0;
  }
  return [first, second];
}
