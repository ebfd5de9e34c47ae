/** Sets one variable in the text of a `.env` file, and leaves every other line as it is. */

/** @param value without quotes, blanks and `#` */
export function withVariable(text: string, name: string, value: string): string {
  const line = `${name}=${value}`;
  const isIt = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`);
  const lines = text.split("\n");
  const first = lines.findIndex((each) => isIt.test(each));
  if (first < 0) {
    const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${before}${line}\n`;
  }
  // The last one counts, so that all others go.
  return lines.flatMap((each, index) => index === first ? [line] : isIt.test(each) ? [] : [each])
    .join("\n");
}
