/** Names that any file system, shell and reader takes for one plain word. */

/** At most 4 bytes each, where file systems take 255. */
const MOST_CHARACTERS = 60;
const LONGEST_ENDING = 12;

/** Letters and digits of any script, `.`, `_` and `-`; never empty, never hidden, its ending kept. */
export function safeFileName(name: string): string {
  const plain = name.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "_")
    .replace(/^[._-]+/, "").replace(/[._-]+$/, "");
  const characters = [...plain];
  if (characters.length === 0) return "file";
  if (characters.length <= MOST_CHARACTERS) return plain;
  const ending = /\.[A-Za-z0-9]+$/.exec(plain)?.[0] ?? "";
  const kept = ending.length <= LONGEST_ENDING ? ending : "";
  return characters.slice(0, MOST_CHARACTERS - kept.length).join("") + kept;
}
