/** The word by which the owner is known: short enough to be typed, too long to be guessed. */

/** Without what is mistaken for something else: 0 and O, 1 and I and L, U and V. */
const LETTERS = "ABCDEFGHJKMNPQRSTWXYZ23456789";
const LENGTH = 10;

/** @param random fills an array with random bytes */
export function newPairingCode(random: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const letters: string[] = [];
  // A byte above the last whole multiple would favour the first letters.
  const most = 256 - (256 % LETTERS.length);
  while (letters.length < LENGTH) {
    const bytes = new Uint8Array(LENGTH);
    random(bytes);
    letters.push(...[...bytes].filter((byte) => byte < most).map((byte) => letterAt(byte)));
  }
  return letters.slice(0, LENGTH).join("");
}

function letterAt(byte: number): string {
  return LETTERS.charAt(byte % LETTERS.length);
}

/** Whether a message is the code and nothing else: typed in any case, or by the link. */
export function isPairingCode(text: string, code: string): boolean {
  const [word, ...more] = text.trim().replace(/^\/start\s+/i, "").split(/\s+/);
  return more.length === 0 && word?.toUpperCase() === code;
}

/** Opens the chat with the bot, where a press on Start sends the code. */
export function pairingLink(username: string, code: string): string {
  return `https://t.me/${username}?start=${code}`;
}
