/** What is shown of a block of code, and in which language. */

/** As after a fence: `ts`, `c++`, `objective-c`. */
const LANGUAGE = /^[\w+#.-]{1,32}$/;

/** Undefined where no language of that name can be. */
export function languageOf(info: string | null | undefined): string | undefined {
  return typeof info === "string" && LANGUAGE.test(info) ? info : undefined;
}
