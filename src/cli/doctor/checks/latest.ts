/** Asks whether there is a newer version: only when told to, and only the page of the releases. */
import { withDeadline } from "../../../core/deadline.ts";
import { describeError, UserFacingError } from "../../../core/errors.ts";
import { untracedFetch } from "../../../integrations/telemetry/tracing.ts";
import { lastingInstallation } from "../../process.ts";
import { type Check, CheckSkipped, type Finding, ok, warn } from "../check.ts";
import type { Installation } from "../installation.ts";

const ANSWER_DEADLINE_MS = 6_000;

export const latestCheck: Check = {
  id: "system.latest",
  async look(installation, signal): Promise<Finding> {
    const { latest, offline, process: { releases, version } } = installation;
    if (!latest) throw new CheckSkipped("`codex-orchestrator doctor --latest` asks for it");
    if (offline) throw new CheckSkipped("--offline");
    if (releases === undefined) throw new CheckSkipped("nothing is published yet");
    const newest = await newestVersion(`${releases}/latest`, installation, signal);
    if (newest === undefined) return ok("there is no release yet", [releases]);
    if (compareVersions(newest, version) <= 0) {
      return ok(
        newest === version ? `${version} is the latest` : `${version}; released: ${newest}`,
      );
    }
    return warn(`${newest} is there, this is ${version}`, howToUpgrade(installation), [
      `${releases}/tag/v${newest}`,
    ]);
  },
};

function howToUpgrade({ process: { program } }: Installation): string {
  const { npmPackage } = program;
  const fromNpm = program.command.some((word) => /[\\/]node_modules[\\/]/.test(word));
  return fromNpm && npmPackage !== undefined
    ? `Run \`${lastingInstallation(program)}@latest\`, and start the program again`
    : "Run install.sh again, or see docs/upgrading.md";
}

/**
 * Reads where the address of the latest release leads, and follows it nowhere.
 * @returns undefined when nothing is released yet
 * @throws {UserFacingError} when it cannot be asked
 */
async function newestVersion(
  address: string,
  { clock }: Installation,
  signal: AbortSignal,
): Promise<string | undefined> {
  const ask = untracedFetch(fetch);
  const late = (): Error => new Error(`no answer within ${ANSWER_DEADLINE_MS / 1_000} s`);
  try {
    const asked = ask(address, { method: "HEAD", redirect: "manual", signal });
    const answer = await withDeadline(asked, { clock, ms: ANSWER_DEADLINE_MS, late });
    const [, version] = /\/tag\/v([\w.+-]+)$/.exec(answer.headers.get("location") ?? "") ?? [];
    if (version !== undefined) return version;
    if (answer.status === 404 || answer.status < 400) return undefined;
    throw new Error(`it answered with ${answer.status}`);
  } catch (cause) {
    throw new UserFacingError(
      `${new URL(address).host} could not be asked for the latest version: ${reasonOf(cause)}`,
      { remedy: "Check the network and the proxy, or look at the page of the releases", cause },
    );
  }
}

/** Says what is behind a failed fetch, without repeating the address. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return describeError(inner).replace(/^error sending request for url \([^)]*\): /, "");
}

/** Orders versions as semver does: 1.2.0-rc.1 < 1.2.0. @returns below 0 when the first is older */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [partsOf(one), partsOf(other)];
  for (let index = 0; index < 3; index++) {
    const difference = (first.numbers[index] ?? 0) - (second.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return compareStages(first.stages, second.stages);
}

interface VersionParts {
  readonly numbers: readonly number[];
  /** What stands behind the hyphen, e.g. `rc`, `1`. */
  readonly stages: readonly string[];
}

function partsOf(version: string): VersionParts {
  const [numbers = "", ...stage] = (version.split("+")[0] ?? "").split("-");
  return {
    numbers: numbers.split(".").map((part) => Number.parseInt(part, 10) || 0),
    stages: stage.length === 0 ? [] : stage.join("-").split("."),
  };
}

function compareStages(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return other.length - one.length;
  for (const [index, stage] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (stage !== against) return compareStage(stage, against);
  }
  return one.length - other.length;
}

/** Numbers come before words. */
function compareStage(one: string, other: string): number {
  const numbers = [one, other].map((stage) => /^\d+$/.test(stage));
  if (numbers[0] && numbers[1]) return Number(one) - Number(other);
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
  return one < other ? -1 : 1;
}
