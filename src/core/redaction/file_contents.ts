/** Masks secrets in the contents of a file that people are sent, whatever the text is encoded in. */
import type { Redact } from "./redact.ts";
import { redactVariables } from "./variables.ts";

export interface RedactedContents {
  /** The very bytes that were given where nothing is masked, and those of what is no text. */
  readonly bytes: Uint8Array;
  /** Of the variables and places whose secrets were masked, in their order. */
  readonly names: readonly string[];
}

interface Encoding {
  readonly decode: (bytes: Uint8Array) => string;
  readonly encode: (text: string) => Uint8Array;
}

const UTF_8: Encoding = {
  decode: (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
  encode: (text) => new TextEncoder().encode(text),
};
/** As Windows' own shell writes files. */
const UTF_16_LE = utf16("utf-16le", true);
const UTF_16_BE = utf16("utf-16be", false);
/** Keeps each byte: names and secrets are ASCII in the encodings of one language, such as EUC-KR. */
const BYTES: Encoding = {
  decode: (bytes) => {
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += CHUNK) {
      parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
    }
    return parts.join("");
  },
  encode: (text) => {
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = byteOf(text.charCodeAt(at));
    return bytes;
  },
};
/** Arguments that a function takes for certain. */
const CHUNK = 8_192;

/**
 * Masks secrets in a text file; any other file is given back as it is.
 * @param path of the file, at least its name
 * @param redact masks what is a secret wherever it stands
 */
export function redactContents(bytes: Uint8Array, path: string, redact: Redact): RedactedContents {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return { bytes, names: [] };
  const text = encoding.decode(bytes);
  const variables = redactVariables(text, path);
  const masked = redact(variables.text);
  return { bytes: masked === text ? bytes : encoding.encode(masked), names: variables.names };
}

/** @returns undefined for what is no text */
function encodingOf(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return UTF_16_LE;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return UTF_16_BE;
  try {
    UTF_8.decode(bytes);
    return UTF_8;
  } catch {
    // No text has zeros in these encodings; a picture or an archive has.
    return bytes.includes(0) ? undefined : BYTES;
  }
}

/** A star for what masks a secret, which has no byte of its own. */
function byteOf(unit: number): number {
  return unit > 0xff ? "*".charCodeAt(0) : unit;
}

function utf16(label: string, littleEndian: boolean): Encoding {
  return {
    decode: (bytes) => new TextDecoder(label, { ignoreBOM: true }).decode(bytes),
    encode: (text) => {
      const view = new DataView(new ArrayBuffer(text.length * 2));
      for (let at = 0; at < text.length; at++) {
        view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
      }
      return new Uint8Array(view.buffer);
    },
  };
}
