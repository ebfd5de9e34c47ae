/** Links to files, as agents write them for a terminal. */

/** A line, a column or a range behind a path: `:12`, `:12:3`, `#L12`, `#L12-L20`. */
const PLACE = /(?::(\d+)(?::\d+)?|#L(\d+)(?:C\d+)?(?:-L?\d+(?:C\d+)?)?)$/;

/**
 * What to show of a link to a file in whose label the file is named already, as agents write it for
 * a terminal: `[a.ts](/home/ann/project/a.ts:12)` is `a.ts:12`.
 *
 * @returns undefined where the label says something else than the target
 */
export function fileReference(label: string, target: string): string | undefined {
  const labelPath = label.replace(PLACE, "");
  const targetPath = target.replace(PLACE, "");
  const isNamed = labelPath !== "" &&
    (targetPath === labelPath || targetPath.endsWith(`/${labelPath}`));
  if (!isNamed || /^(?!file:)[a-z]+:\/\//i.test(target)) return undefined;
  if (labelPath !== label) return lineOf(label) === lineOf(target) ? label : undefined;
  const line = lineOf(target);
  return line === undefined ? label : `${label}:${line}`;
}

function lineOf(path: string): string | undefined {
  const [, colon, hash] = PLACE.exec(path) ?? [];
  return colon ?? hash;
}
