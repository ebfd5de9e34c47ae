/** Shell commands that change a folder in random ways, the same for the same seed. */

/** Numbers that look random, the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2_654_435_761 >>> 0;
  }

  below(end: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(this.#state / 2 ** 32 * end);
  }

  one<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0];
  }
}

const NAMES = [
  "a.txt",
  "b c.txt",
  "src/x.ts",
  "src/deep/y.ts",
  "src/deep/한글",
  "new\nline",
  "-dash",
  '"quo"te',
  "tab\there",
  "bin.dat",
  "dir/one",
  "dir/two",
  "[g]*",
] as const;

const quoted = (text: string): string => `'./${text.replaceAll("'", `'\\''`)}'`;

/** A shell command that does something to a file; where it cannot, it does nothing. */
function operation(dice: Dice): string {
  const [path, other] = [quoted(dice.one(NAMES)), quoted(dice.one(NAMES))];
  const makes = `mkdir -p "$(dirname ${path})" 2>/dev/null`;
  return dice.one([
    `${makes} && seq ${dice.below(9)} ${10 + dice.below(20)} >${path}`,
    `${makes} && printf 'x\\000${dice.below(99)}\\r\\n' >${path}`,
    `${makes} && printf 'no end ${dice.below(9)}' >${path}`,
    `[ -f ${path} ] && sed -i '${1 + dice.below(5)}s/$/ edited/' ${path}`,
    `[ -f ${path} ] && echo appended >>${path}`,
    `rm -rf ${path}`,
    `[ -f ${path} ] && [ ! -L ${path} ] && chmod ${
      dice.one(["755", "644", "600", "711", "440"])
    } ${path}`,
    `[ -e ${path} ] && mkdir -p "$(dirname ${other})" && rm -rf ${other} && mv ${path} ${other}`,
    `${makes} && rm -rf ${path} && ln -s ${other} ${path}`,
    `rm -rf ${path} && mkdir -p ${path} && echo inside >${path}/inside`,
    `rm -rf src && ln -s dir src`,
    `git add -A && git commit -qm "run ${dice.below(9)}"`,
    `git checkout -q -B branch${dice.below(2)}`,
    `git add -A && git stash -q && git stash apply -q`,
    `git add ${path} && git rm -q --cached ${path}`,
  ]);
}

/** Commands that stop at nothing. */
export function randomChanges(dice: Dice, count: number): string {
  return Array.from({ length: count }, () => `{ ${operation(dice)}; } >/dev/null 2>&1 || :`)
    .join("\n");
}
