/**
 * Reads the answers of selectors and reviewers.
 *
 * Where the backend enforces the schema the text is plain JSON; elsewhere models wrap it in prose or
 * code fences, which is accepted. What cannot be read is never guessed: an unreadable selection means
 * single, an unreadable review is no approval.
 */
import { z } from "zod";
import type { Review } from "../core/run/events.ts";
import type { Mode } from "../core/session/settings.ts";

export interface Selection {
  readonly mode: Mode;
  readonly reason: string;
}

export function readSelection(text: string): Selection {
  const read = firstMatch(text, SELECTION);
  return read ?? { mode: "single", reason: "the selector's answer could not be read" };
}

export function readReview(text: string): Review {
  const read = firstMatch(text, REVIEW);
  return read ?? {
    verdict: "unreadable",
    summary: "The reviewer's answer could not be read",
    findings: [],
  };
}

const SELECTION = z.object({
  mode: z.string().trim().toLowerCase().pipe(z.enum(["single", "plan"])),
  reason: z.string().catch(""),
});

const FINDING = z.object({
  severity: z.string().trim().toLowerCase().pipe(z.enum(["blocker", "major", "minor"]))
    // An unknown severity must neither drop the finding nor play it down.
    .catch("major"),
  file: z.string().nullish().catch(undefined),
  message: z.string().min(1),
}).transform(({ severity, file, message }) =>
  file === null || file === undefined || file === ""
    ? { severity, message }
    : { severity, message, file }
);

const REVIEW = z.object({
  verdict: z.string().trim().toLowerCase().transform((word) => word.replaceAll(/[\s-]+/g, "_"))
    .pipe(z.enum(["approved", "needs_changes"])),
  summary: z.string().catch(""),
  findings: z.array(FINDING).default([]),
}).transform(contradictionToNeedsChanges);

/** Turns an approval that its own findings contradict into a request for changes. */
function contradictionToNeedsChanges(review: Review): Review {
  const grave = review.findings.some((finding) => finding.severity === "blocker");
  return review.verdict === "approved" && grave ? { ...review, verdict: "needs_changes" } : review;
}

function firstMatch<Output>(text: string, schema: z.ZodType<Output>): Output | undefined {
  for (const candidate of jsonCandidates(text)) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

/** The whole text, then each object in it, the last one first. */
function* jsonCandidates(text: string): Generator<unknown> {
  const whole = parseJson(text);
  if (whole !== undefined) yield whole;
  for (const object of balancedObjects(text).reverse()) {
    const parsed = parseJson(object);
    if (parsed !== undefined) yield parsed;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // text that is no JSON is expected here; the caller decides what it means
  }
}

/** Outermost `{…}` pieces of the text; braces inside JSON strings do not count. */
function balancedObjects(text: string): string[] {
  const objects: string[] = [];
  let start = -1;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"' && depth > 0) {
      inString = true;
    } else if (character === "{") {
      if (depth === 0) start = index;
      depth++;
    } else if (character === "}" && depth > 0) {
      depth--;
      if (depth === 0) objects.push(text.slice(start, index + 1));
    }
  }
  return objects;
}
