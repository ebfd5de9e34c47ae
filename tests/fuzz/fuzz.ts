/**
 * Declares fuzz tests: real inputs, damaged at random. `FUZZ_SEED` and `FUZZ_RUNS` repeat a run or
 * make it longer; the name of each test has both.
 */
import fc from "fast-check";

const DEFAULT_RUNS = 500;
/** A case that takes longer hangs, even on a busy machine. */
const CASE_TIMEOUT_MS = 60_000;

const seed = Number(Deno.env.get("FUZZ_SEED") ?? crypto.getRandomValues(new Int32Array(1))[0]);
const runs = Number(Deno.env.get("FUZZ_RUNS") ?? DEFAULT_RUNS);

export interface FuzzOptions {
  /** Cases per hundred of a cheap test; with fewer, a failing case is not shrunk. */
  readonly percent?: number;
}

/** Makes any whole number below a limit; the library prefers small ones, which hit the same places. */
export function index(below: number): fc.Arbitrary<number> {
  return fc.noBias(fc.nat({ max: below - 1 }));
}

/** Declares a test of every case; a failure names the case. */
export function fuzz<Case>(
  name: string,
  cases: fc.Arbitrary<Case>,
  check: (one: Case) => void | Promise<void>,
  { percent = 100 }: FuzzOptions = {},
): void {
  Deno.test(`${name} [FUZZ_SEED=${seed} FUZZ_RUNS=${runs}]`, async () => {
    const property = fc.asyncProperty(cases, async (one) => await check(one));
    await fc.assert(property, {
      seed,
      numRuns: Math.max(1, Math.round(runs * percent / 100)),
      timeout: CASE_TIMEOUT_MS,
      endOnFailure: percent < 100,
    });
  });
}
