/** Finds where an address without marks around it ends, in any sentence. */

const PREFIX = /^(?:https?:\/\/|www\.)/i;
/** Code and quotes end an address; so do the marks of scripts that put no blank before them. */
const END =
  /[\s<>"`\u2018-\u201f\u2026\u2039\u203a\u00ab\u00bb\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/;
const HOST = /^[^/?#]*/;
const LETTER = "\\p{scx=Hangul}\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}";
/** Letters of these scripts behind `example.com` or `localhost:3000` are no part of the host. */
const WORD_BEHIND_HOST = new RegExp(
  `^(?:[^.:]*[.:])+[A-Za-z0-9-]*[A-Za-z0-9](?=[${LETTER}])|^localhost(?=[${LETTER}])`,
  "u",
);
/** Particles and endings of Korean; a path in Hangul is seldom one of them. */
const PARTICLE = new RegExp(
  "(?<=[A-Za-z0-9/)*])(?:" +
    "[을를은는이가와과의에도만로]|이나|이랑|이고|이며|이다|인데|으로|에서|에게|까지|부터|처럼|보다|하고|라[고는]|이라[고는]|" +
    "(?:으?로|에|에서|까지|부터|와|과)[는도의만]|입니다|이에요|예요" +
    ")[.,!?:;)'*_~]*$",
);

/**
 * @param start where `http://`, `https://` or `www.` begins
 * @param inLabel a bracket around it is open
 * @returns the address; what a sentence adds behind it is none of it
 */
export function addressAt(text: string, start: number, inLabel: boolean): string {
  let open = 0;
  let end = start;
  for (; end < text.length; end++) {
    const character = text[end] ?? "";
    if (END.test(character)) break;
    // The bracket that ends a label does not belong to the address in it.
    if (character === "]" && inLabel) break;
    // Nor do the stars of bold text around it.
    if (/[*~]/.test(character) && text[end + 1] === character) break;
    if (character === "(") open += 1;
    else if (character === ")" && --open < 0) break;
  }
  return withoutTrailingMarks(withoutWords(text.slice(start, end)));
}

/** `https://example.com/a를` is followed by a particle, `https://example.com/위키` by none. */
function withoutWords(address: string): string {
  const prefix = PREFIX.exec(address)?.[0] ?? "";
  const rest = address.slice(prefix.length);
  const host = WORD_BEHIND_HOST.exec(HOST.exec(rest)?.[0] ?? "")?.[0];
  if (host !== undefined) return prefix + host;
  return prefix + rest.replace(PARTICLE, "");
}

/** Leaves a full stop and marks behind an address to the sentence. */
function withoutTrailingMarks(address: string): string {
  let end = address.length;
  while (end > 0 && /[?!.,:*_~'"`]/.test(address[end - 1] ?? "")) end -= 1;
  return address.slice(0, end);
}
