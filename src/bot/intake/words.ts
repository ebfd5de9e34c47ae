/** What the pieces of a request say, as one text; pure. */
import { promptWithQuote } from "../quoted_text.ts";
import type { Piece, Pieces } from "./message_batcher.ts";

/** More is no message any more but a file. In characters. */
export const MOST_WORDS = 200_000;
/** Where clients cut when there is no better place. */
const TELEGRAM_LIMIT = 4_096;

/** Own words in their order, then what is quoted; empty when there are none. */
export function wordsOf(pieces: Pieces, withQuotes = true): string {
  const own = pieces.reduce(joined, "");
  if (!withQuotes) return own;
  return pieces.reduce((prompt, { quoted }) => promptWithQuote(prompt, quoted), own);
}

export function isTooLong(pieces: Pieces): boolean {
  const lengths = pieces.map(({ text, quoted = "" }) => text.length + quoted.length);
  return lengths.reduce((sum, length) => sum + length, 0) > MOST_WORDS;
}

function joined(before: string, { text }: Piece, index: number, pieces: readonly Piece[]): string {
  if (before === "" || text === "") return before + text;
  // A full piece was cut in the middle of something; all others end where a line ends.
  const wasCut = pieces[index - 1]?.text.length === TELEGRAM_LIMIT;
  return before + (wasCut ? "" : "\n") + text;
}
