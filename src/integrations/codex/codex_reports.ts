/** Asks Codex about itself: `codex login status` and `codex doctor`. */
import { z } from "../../core/schema.ts";
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import { CodexError, describeError } from "../../core/errors.ts";
import { type ProgramReport, programReport } from "./child_process.ts";
import type { DetectionSettings } from "./detect.ts";

export interface LoginReport {
  readonly loggedIn: boolean;
  /** Codex's own words, e.g. `Logged in using ChatGPT`. */
  readonly said: string;
}

/** What `codex doctor` found of the way to the model provider. */
export interface ProviderReport {
  readonly status: "ok" | "warning" | "fail";
  readonly summary: string;
  /** What it saw of each address, as `name: what`. */
  readonly details: readonly string[];
  readonly remedy: string | undefined;
}

const LOGIN_DEADLINE_MS = 6_000;
const DOCTOR_DEADLINE_MS = 10_000;
const REACHABILITY = "network.provider_reachability";

const doctorReport = z.object({
  checks: z.object({
    [REACHABILITY]: z.object({
      status: z.enum(["ok", "warning", "fail"]),
      summary: z.string(),
      details: z.record(z.string(), z.unknown()).catch({}),
      remediation: z.string().nullish(),
    }),
  }),
});

/**
 * @param login the command line of `codex login status`
 * @throws {CodexError} when it does not answer
 */
export async function readLogin(
  login: ProgramSettings,
  settings: DetectionSettings,
): Promise<LoginReport> {
  const { output, errorLines, exit } = await reportOf(login, settings, LOGIN_DEADLINE_MS);
  const lines = [...output.split("\n"), ...errorLines].filter((line) => line.trim() !== "");
  const said = lines.find((line) => /logged in/i.test(line)) ?? lines.at(-1) ?? "nothing";
  return { loggedIn: exit.code === 0, said: said.trim() };
}

/**
 * @param doctor the command line of `codex doctor --json`
 * @returns undefined where this Codex makes no such report
 * @throws {CodexError} when it does not answer
 */
export async function readProvider(
  doctor: ProgramSettings,
  settings: DetectionSettings,
): Promise<ProviderReport | undefined> {
  const { output } = await reportOf(doctor, settings, DOCTOR_DEADLINE_MS);
  const report = doctorReport.safeParse(jsonOf(output)).data?.checks[REACHABILITY];
  if (report === undefined) return undefined;
  const { status, summary, details, remediation } = report;
  const lines = Object.entries(details)
    .flatMap(([name, seen]) => typeof seen === "string" ? [`${name}: ${seen}`] : []);
  return { status, summary, details: lines, remedy: remediation ?? undefined };
}

function reportOf(
  program: ProgramSettings,
  { environment, clock, log }: DetectionSettings,
  deadlineMs: number,
): Promise<ProgramReport> {
  const late = (): Error => {
    const asked = [program.command, ...program.arguments].join(" ");
    return new CodexError("unresponsive", `Codex did not answer within ${deadlineMs / 1_000} s`, {
      remedy: `Start "${asked}" by hand to see what it says`,
    });
  };
  return programReport(program, { environment, clock, log, deadlineMs, late });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // An older Codex prints its usage.
    return describeError(error);
  }
}
