/** What a row of the benchmark has measured, and how it is told. */

export interface Figure {
  /** What it is of, as a row of the table. */
  readonly what: string;
  /** Each measurement, in the unit. */
  readonly values: readonly number[];
  readonly unit: Unit;
  /** What it is held against, measured in the same run and the same unit. */
  readonly beside?: { readonly what: string; readonly values: readonly number[] };
  /** The number that the target is about; the ratio of the medians when absent. */
  readonly result?: number;
  /** How much of it is wanted, and at least or at most; absent = it is told only. */
  readonly target?: { readonly most: number } | { readonly least: number };
  /** `exact` figures are the same in every run; of `noisy` ones only the ratio says something. */
  readonly kind: "exact" | "noisy";
  readonly note?: string;
}

type Unit = "ms" | "MB" | "calls" | "syncs" | "commits" | "updates/s" | "µs/KB";

export interface BenchOptions {
  /** Fewer measurements, all of them within three minutes. */
  readonly quick: boolean;
}

/** Measures what belongs together, with one start of the program. */
export interface Row {
  readonly name: string;
  readonly about: string;
  /** It takes minutes, and is left out with `--quick` unless it is named. */
  readonly isLong?: true;
  measure(options: BenchOptions): Promise<readonly Figure[]>;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    min: sorted[0] ?? NaN,
    median: quantile(values, 0.5),
    max: sorted.at(-1) ?? NaN,
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** The number that the target is about. */
export function resultOf({ result, values, beside }: Figure): number {
  if (result !== undefined) return result;
  const { median } = spreadOf(values);
  return beside === undefined ? median : median / spreadOf(beside.values).median;
}

/** Whether the target is reached; undefined where there is none. */
export function isReached(figure: Figure): boolean | undefined {
  const { target } = figure;
  if (target === undefined) return undefined;
  const result = resultOf(figure);
  return "most" in target ? result <= target.most : result >= target.least;
}

export const TABLE_HEADER = [
  "what",
  "min / median / max",
  "beside it",
  "result",
  "wanted",
  "",
] as const;

/** The cells of a figure, in the order of {@link TABLE_HEADER}. */
export function cellsOf(figure: Figure): string[] {
  const { what, values, unit, beside, target, note } = figure;
  const wanted = target === undefined
    ? ""
    : "most" in target
    ? `<= ${target.most}`
    : `>= ${target.least}`;
  const reached = isReached(figure);
  return [
    note === undefined ? what : `${what} (${note})`,
    `${told(values)} ${unit}`,
    beside === undefined ? "" : `${beside.what}: ${told(beside.values)} ${unit}`,
    values.length === 0 ? "skipped" : rounded(resultOf(figure)),
    wanted,
    values.length === 0 || reached === undefined ? "" : reached ? "yes" : "no",
  ];
}

function told(values: readonly number[]): string {
  const { min, median, max } = spreadOf(values);
  return values.length === 0 ? "-" : [min, median, max].map(rounded).join(" / ");
}

function rounded(value: number): string {
  return Math.abs(value) >= 100
    ? value.toFixed(0)
    : Math.abs(value) >= 10
    ? value.toFixed(1)
    : value.toFixed(2);
}
