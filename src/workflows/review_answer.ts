/**
 * Reads what a reviewer says; pure.
 *
 * It fails closed: only an answer that is one JSON object of the reviewer's schema, and nothing beside
 * it, is a review. A text that says no and quotes an approval is none.
 */
import { z } from "../core/schema.ts";
import { hasRepeatedKey } from "../core/text/json_keys.ts";

/** What a reviewer said, before it is held against the earlier rounds. */
export interface ReviewAnswer {
  readonly verdict: "approved" | "needs_changes";
  readonly summary: string;
  readonly findings: readonly SaidFinding[];
  /** What became of earlier findings; absent = the answer does not speak of them at all. */
  readonly earlier?: readonly SaidEarlier[];
}

export type SaidFinding = z.output<typeof FINDING>;
export type SaidEarlier = z.output<typeof EARLIER>;

/** A longer answer is no review that anybody could read; in UTF-16 units. */
const ANSWER_LIMIT = 1_000_000;
/** Of each text in it. */
const TEXT_LIMIT = 4_000;

const TEXT = z.string().trim().min(1).transform((text) =>
  text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT)} […]`
);
const optionalText = TEXT.nullish().catch(undefined);
const optionalLine = z.coerce.number().int().positive().nullish().catch(undefined);
const ID = TEXT.transform(plainId);

const FINDING_FIELDS = z.object({
  id: ID.nullish().catch(undefined),
  severity: z.string().trim().toLowerCase().pipe(z.enum(["blocker", "major", "minor"]))
    // An unknown severity must neither drop the finding nor play it down.
    .catch("major"),
  file: optionalText.transform((path) => path?.replace(/^(?:\.\/)+/, "")),
  line_from: optionalLine,
  line_to: optionalLine,
  message: optionalText,
  evidence: optionalText,
  fix: optionalText,
  confidence: z.number().min(0).max(1).nullish().catch(undefined),
});

/** One that says nothing is kept as well: what it was about can be asked. */
const FINDING = z.preprocess(
  (said) => typeof said === "string" ? { message: said } : said,
  FINDING_FIELDS,
).transform(({ message, ...facts }) => ({
  ...facts,
  message: message ?? facts.evidence ?? facts.fix ?? "(the reviewer gave no description)",
}));

const EARLIER = z.object({
  id: ID,
  state: z.string().trim().toLowerCase().pipe(z.enum(["open", "settled", "withdrawn"]))
    .catch("open"),
});

const ANSWER = z.object({
  verdict: z.string().trim().toLowerCase().transform((word) => word.replaceAll(/[\s-]+/g, "_"))
    .pipe(z.enum(["approved", "needs_changes"])),
  summary: TEXT.catch(""),
  findings: z.array(FINDING),
  // What cannot be read in it settles nothing.
  earlier: z.array(EARLIER.nullable().catch(null))
    .transform((all) => all.filter((each) => each !== null)).catch([]).exactOptional(),
});

const KEYS: ReadonlySet<string> = new Set(Object.keys(ANSWER.shape));

/** @returns undefined for whatever is no review */
export function readAnswer(text: string): ReviewAnswer | undefined {
  if (text.length > ANSWER_LIMIT) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A text that is no JSON is expected here, and is no review.
    return undefined;
  }
  if (hasRepeatedKey(text)) return undefined;
  const read = ANSWER.safeParse(value);
  if (!read.success) return undefined;
  // An approval beside which something stands that nobody reads may be none.
  const unknown = Object.keys(Object(value)).some((key) => !KEYS.has(key));
  return unknown && read.data.verdict === "approved" ? undefined : read.data;
}

/** Reads `f1`, `#F1` and `1` as `F1`. */
function plainId(said: string): string {
  const [, digits] = /^[[(#]?\s*F?\s*0*(\d+)[\])]?[.:]?$/i.exec(said.trim()) ?? [];
  return digits === undefined ? said.trim() : `F${digits}`;
}
