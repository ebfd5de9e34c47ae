/** Reads what is typed behind `/goal`: a budget, as in `200k tokens 2h`, and the objective. */

export interface TypedGoal {
  readonly tokenBudget?: number;
  readonly timeBudgetMs?: number;
  /** Empty where there is nothing but a budget. */
  readonly objective: string;
  /** What was typed for a budget of nothing or less, with which no work can begin. */
  readonly noBudget?: string;
}

/** A bare number counts nothing; `2m` alone would be minutes to one person and millions to another. */
const TOKENS =
  /^(\d+(?:[.,_ ]\d{3})+|\d+(?:[.,]\d+)?)\s*(?:([km만])?\s*(?:tokens?|tok|토큰)|(k))(?=[\s,:;]|$)[\s,:;]*/i;
const TIME =
  /^(\d+(?:[.,]\d+)?)\s*(hours?|hrs?|h|minutes?|mins?|m|시간|분)(?=[\s,:;\d]|$)[\s,:;]*/i;
/** Minutes right behind the hours need no unit: `1h30`. */
const HOURS_AND_MINUTES = /^(\d+)(h)(\d\d)(?=[\s,:;]|$)[\s,:;]*/i;
/** Right before the number; a dash with a blank behind it begins an objective. */
const MINUS = /^[-−–](?=\d)/;
const FACTORS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000, 만: 10_000 };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The budgets stand first, in any order; what looks like one later belongs to the objective. */
export function readTypedGoal(typed: string): TypedGoal {
  let rest = typed.trim();
  let tokenBudget: number | undefined;
  let timeBudgetMs: number | undefined;
  while (true) {
    const [sign = ""] = MINUS.exec(rest) ?? [];
    const unsigned = rest.slice(sign.length);
    const tokens = tokenBudget === undefined ? TOKENS.exec(unsigned) : null;
    const time = tokens === null ? HOURS_AND_MINUTES.exec(unsigned) ?? TIME.exec(unsigned) : null;
    const found = tokens ?? time;
    if (found === null) break;
    const [, count = "", unit = "", behind = ""] = found;
    const amount = tokens === null
      ? timeMs(count, unit, behind)
      : tokenCount(count, unit || behind);
    if (amount === 0 || sign !== "") {
      return { objective: rest, noBudget: `${sign}${found[0].replace(/[\s,:;]+$/, "")}` };
    }
    // Of a token there is no part.
    if (!Number.isInteger(amount)) break;
    if (tokens === null) timeBudgetMs = (timeBudgetMs ?? 0) + amount;
    else tokenBudget = amount;
    rest = rest.slice(found[0].length);
  }
  return {
    objective: rest,
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    ...(timeBudgetMs === undefined ? {} : { timeBudgetMs }),
  };
}

/** A sign between groups of three digits is none of a fraction: `200,000 tokens`, but `1.125M`. */
function tokenCount(count: string, unit: string): number {
  const factor = FACTORS[unit.toLowerCase()];
  const groups = factor === undefined ? /[.,_ ](?=\d{3}(?!\d))/g : /[,_ ](?=\d{3}(?!\d))/g;
  const amount = decimal(count.replaceAll(groups, "")) * (factor ?? 1);
  return factor === undefined ? amount : Math.round(amount);
}

function timeMs(count: string, unit: string, minutes: string): number {
  const ms = decimal(count) * (/^(?:h|시)/i.test(unit) ? HOUR_MS : MINUTE_MS);
  return Math.round(ms) + Number(minutes) * MINUTE_MS;
}

function decimal(count: string): number {
  return Number(count.replace(",", "."));
}
