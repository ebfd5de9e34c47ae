/** The beginning and the end of what a command printed, which may be megabytes. */

/** UTF-16 units. The end says how it went. */
const LONGEST_BEGINNING = 1_500;
const LONGEST_END = 2_500;

/** Cut between two lines only: half a secret is not recognized. Nothing where there is no line. */
export function outputExcerpt(output: string | null | undefined): { readonly output?: string } {
  const text = output?.trimEnd() ?? "";
  if (text === "") return {};
  if (text.length <= LONGEST_BEGINNING + LONGEST_END) return { output: text };
  const beginning = text.slice(0, text.lastIndexOf("\n", LONGEST_BEGINNING) + 1);
  const from = text.indexOf("\n", text.length - LONGEST_END);
  const end = from < 0 ? "" : text.slice(from + 1);
  const omitted = text.length - beginning.length - end.length;
  return { output: `${beginning}… ${omitted} characters …\n${end}` };
}
