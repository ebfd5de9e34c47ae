/** Masks secrets in the contents of a file that people are sent, whatever the text is encoded in. */
import { readText } from "../text/encoded_text.ts";
import type { Redact } from "./redact.ts";
import { redactVariables } from "./variables.ts";

interface RedactedContents {
  /** The very bytes that were given where nothing is masked, and those of what is no text. */
  readonly bytes: Uint8Array;
  /** Of the variables and places whose secrets were masked, in their order. */
  readonly names: readonly string[];
}

/**
 * Masks secrets in a text file; any other file is given back as it is.
 * @param path of the file, at least its name
 * @param redact masks what is a secret wherever it stands
 */
export function redactContents(bytes: Uint8Array, path: string, redact: Redact): RedactedContents {
  const read = readText(bytes);
  if (read === undefined) return { bytes, names: [] };
  const { text, encode } = read;
  const variables = redactVariables(text, path);
  const masked = redact(variables.text);
  return { bytes: masked === text ? bytes : encode(masked), names: variables.names };
}
