/** Defines a check of the doctor, and what it finds. */
import { UserFacingError } from "../../core/errors.ts";
import type { Installation } from "./installation.ts";

export const STATUSES = ["ok", "warn", "fail", "skip"] as const;
export type Status = typeof STATUSES[number];

/** In the order in which they are shown. */
export const GROUPS = ["configuration", "telegram", "codex", "folders", "state", "system"] as const;
export type Group = typeof GROUPS[number];

export interface Finding {
  readonly status: Status;
  /** One sentence. */
  readonly summary: string;
  /** Further lines, each for itself. */
  readonly detail?: readonly string[];
  /** What to do about it. */
  readonly remedy?: string;
}

export interface Check {
  /** Stable, because other programs read it. */
  readonly id: `${Group}.${string}`;
  /**
   * Must change nothing and end with the signal.
   * @throws {CheckSkipped} when it has nothing to look at
   */
  readonly look: (installation: Installation, signal: AbortSignal) => Promise<Finding>;
}

/** The check cannot be made, or makes no sense here; the message says why. */
export class CheckSkipped extends UserFacingError {}

export function ok(summary: string, detail: readonly string[] = []): Finding {
  return { status: "ok", summary, detail };
}

export function warn(summary: string, remedy: string, detail: readonly string[] = []): Finding {
  return { status: "warn", summary, remedy, detail };
}

export function fail(
  summary: string,
  remedy: string | undefined,
  detail: readonly string[] = [],
): Finding {
  return { status: "fail", summary, detail, ...(remedy === undefined ? {} : { remedy }) };
}

export function groupOf({ id }: Pick<Check, "id">): Group {
  const found = GROUPS.find((group) => id.startsWith(`${group}.`));
  if (found === undefined) throw new RangeError(`${id} belongs to no group`);
  return found;
}

/**
 * Joins findings about things of one kind: the worst status, with a line for each finding, the worst
 * first. A single finding stays as it is.
 * @param inOrder the summary when nothing is wrong
 */
export function together(
  findings: readonly (Finding & { readonly name: string })[],
  inOrder: string,
): Finding {
  const [only, ...others] = findings;
  if (only !== undefined && others.length === 0) {
    const { name, ...finding } = only;
    return { ...finding, summary: `${name}: ${finding.summary}` };
  }
  const worst = WORST_FIRST.flatMap((status) => findings.filter((each) => each.status === status));
  const [first] = worst;
  const troubled = findings.filter(({ status }) => status === "warn" || status === "fail");
  const lines = worst.flatMap(({ status, name, summary, detail = [] }) => [
    `${status === "ok" ? "" : `${status}: `}${name}: ${summary}`,
    ...detail,
  ]);
  if (first === undefined || troubled.length === 0) return ok(inOrder, lines);
  return {
    status: first.status,
    summary: `${troubled.length} of ${findings.length} need attention`,
    detail: lines,
    ...(first.remedy === undefined ? {} : { remedy: first.remedy }),
  };
}

const WORST_FIRST: readonly Status[] = ["fail", "warn", "skip", "ok"];
