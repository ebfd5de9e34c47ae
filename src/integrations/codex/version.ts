/** Codex's version numbers, as `codex --version` prints them: `codex-cli 0.169.0`. */

export interface CodexVersion {
  /** As printed, e.g. `0.170.0-alpha.1`. */
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number, patch: number];
}

/** The version in the program's output; undefined when the program is not Codex. */
export function parseVersion(output: string): CodexVersion | undefined {
  const found = /^codex-cli (v?(\d+)\.(\d+)\.(\d+)[^\s]*)\s*$/m.exec(output);
  if (found === null) return undefined;
  const [, text = "", major, minor, patch] = found;
  return { text, numbers: [Number(major), Number(minor), Number(patch)] };
}

/** The version in what a server calls itself: `NAME/0.169.0 (…)`. */
export function versionIn(userAgent: string): CodexVersion | undefined {
  const found = /^[^\s/]+\/((\d+)\.(\d+)\.(\d+)[^\s]*)/.exec(userAgent);
  if (found === null) return undefined;
  const [, text = "", major, minor, patch] = found;
  return { text, numbers: [Number(major), Number(minor), Number(patch)] };
}

/** A Codex built from its source calls itself 0.0.0: it is taken for the newest. */
export function isAtLeast({ numbers }: CodexVersion, wanted: CodexVersion["numbers"]): boolean {
  if (numbers.every((number) => number === 0)) return true;
  const [major, minor, patch] = numbers;
  const [wantedMajor, wantedMinor, wantedPatch] = wanted;
  if (major !== wantedMajor) return major > wantedMajor;
  if (minor !== wantedMinor) return minor > wantedMinor;
  return patch >= wantedPatch;
}
