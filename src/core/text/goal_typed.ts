/** Reads what is typed behind `/goal`: a budget, as in `200k tokens 2h`, and the objective. */

export interface TypedGoal {
  readonly tokenBudget?: number;
  readonly timeBudgetMs?: number;
  /** Empty where there is nothing but a budget. */
  readonly objective: string;
}

/** A bare number counts nothing; `2m` alone would be minutes to one person and millions to another. */
const TOKENS = /^(\d+(?:[.,]\d+)?)\s*(?:([km])?\s*(?:tokens?|tok|토큰)|(k))(?=[\s,:;]|$)[\s,:;]*/i;
const TIME =
  /^(\d+(?:[.,]\d+)?)\s*(hours?|hrs?|h|minutes?|mins?|m|시간|분)(?=[\s,:;\d]|$)[\s,:;]*/i;
const FACTORS = { k: 1_000, m: 1_000_000 } as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The budgets stand first, in any order; what looks like one later belongs to the objective. */
export function readTypedGoal(typed: string): TypedGoal {
  let rest = typed.trim();
  let tokenBudget: number | undefined;
  let timeBudgetMs: number | undefined;
  while (true) {
    const tokens = tokenBudget === undefined ? TOKENS.exec(rest) : null;
    const time = tokens === null ? TIME.exec(rest) : null;
    const found = tokens ?? time;
    const amount = Number((found?.[1] ?? "").replace(",", "."));
    if (found === null || amount <= 0) break;
    if (tokens === null) timeBudgetMs = (timeBudgetMs ?? 0) + timeMs(amount, found[2] ?? "");
    else tokenBudget = Math.round(amount * factorOf(found[2] ?? found[3]));
    rest = rest.slice(found[0].length);
  }
  return {
    objective: rest,
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    ...(timeBudgetMs === undefined ? {} : { timeBudgetMs }),
  };
}

function factorOf(unit: string | undefined): number {
  const letter = unit?.toLowerCase();
  return letter === "k" || letter === "m" ? FACTORS[letter] : 1;
}

function timeMs(amount: number, unit: string): number {
  return Math.round(amount * (/^(?:h|시)/i.test(unit) ? HOUR_MS : MINUTE_MS));
}
