/** Reads the text of a file in whichever encoding it is, so that it can be written back in the same one. */

interface EncodedText {
  readonly text: string;
  /** Writes a text as the file was written; a sign that it cannot hold becomes an asterisk. */
  readonly encode: (text: string) => Uint8Array<ArrayBuffer>;
}

/** @returns undefined for a file that is no text */
export function readText(bytes: Uint8Array): EncodedText | undefined {
  const utf8 = decoded("utf-8", bytes);
  if (utf8 !== undefined) return { text: utf8, encode: (text) => new TextEncoder().encode(text) };
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isLittle || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    const text = decoded(isLittle ? "utf-16le" : "utf-16be", bytes);
    return text === undefined ? undefined : { text, encode: (each) => inUtf16(each, isLittle) };
  }
  // Git, too, takes a file with such a byte for a binary one.
  return bytes.includes(0) ? undefined : { text: byteByByte(bytes), encode: inBytes };
}

function decoded(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // It is in another one.
    return undefined;
  }
}

function inUtf16(text: string, isLittle: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), isLittle);
  return bytes;
}

const PIECE = 8_192;

/** Reads an encoding that nobody names, such as EUC-KR: what is ASCII in it can be read all the same. */
function byteByByte(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return text;
}

const ASTERISK = 0x2a;

function inBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (sign) => {
    const code = sign.charCodeAt(0);
    return code > 0xff ? ASTERISK : code;
  });
}
