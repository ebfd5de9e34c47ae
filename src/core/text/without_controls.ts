/** Text that cannot steer what shows it: a terminal, a chat, a page. */

// deno-lint-ignore no-control-regex -- these characters are what it looks for
const ANSI_SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

// Telegram removes U+2028 to U+202E itself; U+2066 to U+2069 can reorder a command on the screen.
const UNWANTED =
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Without ANSI sequences, control characters and direction overrides; lone surrogates are marked,
 * and lines end in `\n`. Tabs stay.
 */
export function withoutControls(text: string): string {
  return text
    .replace(ANSI_SEQUENCE, "")
    .replace(/\r\n?/g, "\n")
    .replace(UNWANTED, "")
    .replace(LONE_SURROGATE, "\ufffd");
}
