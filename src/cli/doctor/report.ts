/** Writes the doctor's report, as JSON and as text. Version 1 may get further fields and checks. */
import { z } from "../../core/schema.ts";
import { padToWidth, wrapWords } from "../../core/text/columns.ts";
import { type Group, GROUPS, type Status, STATUSES } from "./check.ts";

const CHECK_RESULT = z.strictObject({
  id: z.string(),
  group: z.enum(GROUPS),
  status: z.enum(STATUSES),
  summary: z.string(),
  /** Further lines; often none. */
  detail: z.array(z.string()),
  /** What to do about it; null where there is nothing to do. */
  remedy: z.string().nullable(),
  duration_ms: z.int().min(0),
});

export const REPORT = z.strictObject({
  version: z.literal(1),
  program: z.strictObject({ name: z.literal("codex-orchestrator"), version: z.string() }),
  checks: z.array(CHECK_RESULT),
  summary: z.strictObject({
    /** `fail` when any check failed, else `warn` when any warned, else `ok`. */
    status: z.enum(["ok", "warn", "fail"]),
    ok: z.int(),
    warn: z.int(),
    fail: z.int(),
    skip: z.int(),
    duration_ms: z.int(),
  }),
});

export type CheckResult = z.infer<typeof CHECK_RESULT>;
export type Report = z.infer<typeof REPORT>;

export function reportOf(
  checks: CheckResult[],
  { programVersion, durationMs }: { readonly programVersion: string; readonly durationMs: number },
): Report {
  const count = (status: CheckResult["status"]): number =>
    checks.filter((check) => check.status === status).length;
  const counts = { ok: count("ok"), warn: count("warn"), fail: count("fail"), skip: count("skip") };
  return {
    version: 1,
    program: { name: "codex-orchestrator", version: programVersion },
    checks,
    summary: {
      status: counts.fail > 0 ? "fail" : counts.warn > 0 ? "warn" : "ok",
      ...counts,
      duration_ms: durationMs,
    },
  };
}

const TITLES: Readonly<Record<Group, string>> = {
  configuration: "Configuration",
  telegram: "Telegram",
  codex: "Codex",
  folders: "Working directories",
  state: "State",
  system: "System",
};
/** A sign and a word, so that colour is not needed. */
const MARKS: Readonly<Record<Status, string>> = {
  ok: "✓ ok  ",
  warn: "! warn",
  fail: "✗ FAIL",
  skip: "- skip",
};
const COLORS: Readonly<Record<Status, string>> = {
  ok: "\x1b[32m",
  warn: "\x1b[33m",
  fail: "\x1b[31m",
  skip: "\x1b[2m",
};
const RESET = "\x1b[0m";
const BOLD = "\x1b[1m";
const NAME_WIDTH = 12;
const INDENT = 23;
/** In a narrow terminal, the finding is below the name. */
const NARROW = { columns: 60, indent: 4 } as const;

interface TextStyle {
  readonly columns: number;
  readonly colors: boolean;
}

/** A check as people read it. @param before the check above, whose group has had its title */
export function checkText(
  { id, group, status, summary, detail, remedy }: CheckResult,
  before: CheckResult | undefined,
  { columns, colors }: TextStyle,
): string {
  const name = id.slice(group.length + 1);
  const mark = colors ? `${COLORS[status]}${MARKS[status]}${RESET}` : MARKS[status];
  const narrow = columns < NARROW.columns;
  const indent = narrow ? NARROW.indent : INDENT;
  const indented = (line: string): string => `${" ".repeat(indent)}${line}`;
  const room = columns - indent;
  const [first = "", ...rest] = wrapWords(summary, room);
  const lines = [
    ...(narrow
      ? [`  ${mark}  ${name}`, indented(first)]
      : [`  ${mark}  ${padToWidth(name, NAME_WIDTH, "left")} ${first}`]),
    ...rest.map(indented),
    ...detail.flatMap((line) => hanging(line, room - 2)).map((line) => indented(`  ${line}`)),
    ...(remedy === null ? [] : hanging(`→ ${remedy}`, room).map(indented)),
  ];
  const title = colors ? `${BOLD}${TITLES[group]}${RESET}` : TITLES[group];
  const head = before?.group === group ? [] : [...(before === undefined ? [] : [""]), title];
  return [...head, ...lines].map((line) => `${line}\n`).join("");
}

/** @param stopped before all checks were made, so that nothing is said of the whole */
export function summaryText(
  { summary }: Report,
  { columns }: TextStyle,
  stopped: boolean,
): string {
  const { ok, warn, fail, skip, duration_ms: ms } = summary;
  const verdict = stopped ? "Stopped" : {
    ok: "All good",
    warn: "It works, with warnings",
    fail: "Something needs fixing",
  }[summary.status];
  const seconds = (ms / 1_000).toFixed(1);
  const counts = `${fail} failed, ${warn} warned, ${ok} ok, ${skip} skipped`;
  return `\n${wrapWords(`${verdict}: ${counts}, in ${seconds} s`, columns).join("\n")}\n`;
}

function hanging(text: string, room: number): readonly string[] {
  const [first = "", ...rest] = wrapWords(text, room);
  return [first, ...wrapWords(rest.join(" "), room - 2).map((line) => `  ${line}`)]
    .filter((line) => line.trim() !== "");
}
