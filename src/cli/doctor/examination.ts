/** Makes all checks, at the same time where they do not depend on each other, under a deadline. */
import { latestCheck } from "./checks/latest.ts";
import { abortable, waitAtMost } from "../../core/deadline.ts";
import { describeError, UserFacingError } from "../../core/errors.ts";
import { createRedactor, type Redactor } from "../../core/redaction/redact.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Check, CheckSkipped, fail, type Finding, groupOf } from "./check.ts";
import {
  codexBackendCheck,
  codexHandshakeCheck,
  codexLoginCheck,
  codexProgramCheck,
  codexProviderCheck,
  codexRemoteCheck,
  codexVersionCheck,
} from "./checks/codex.ts";
import {
  configurationFileCheck,
  configurationWarningsCheck,
  environmentCheck,
} from "./checks/configuration.ts";
import { gitCheck, workFoldersCheck } from "./checks/folders.ts";
import { chatsCheck, crashCheck, databaseCheck, runningCheck } from "./checks/state.ts";
import { diskCheck, fileModesCheck, secretFilesCheck, sizesCheck } from "./checks/storage.ts";
import { networkCheck, permissionsCheck, runtimeCheck } from "./checks/system.ts";
import {
  accountCheck,
  clockCheck,
  pollerCheck,
  tokenCheck,
  webhookCheck,
} from "./checks/telegram.ts";
import type { Installation } from "./installation.ts";
import type { CheckResult } from "./report.ts";

/**
 * For what has no deadline of its own, such as a disk that does not answer. Codex has its own: six
 * seconds for its version, ten to start, and two to end.
 */
const DEADLINE_MS = 19_000;
/** How long interrupted checks may take to clean up. */
const LEAVING_MS = 3_000;

/** Results in the order of the checks, each as soon as it and those before it are there. */
export async function* examine(
  checks: readonly Check[],
  installation: Installation,
  signal: AbortSignal,
): AsyncGenerator<CheckResult> {
  const { clock } = installation;
  const redactor = createRedactor({ secrets: await installation.secrets() });
  const over = new AbortController();
  const late = (): void =>
    over.abort(new UserFacingError(`Took longer than ${DEADLINE_MS / 1_000} s`));
  const timeUp = clock.sleep(DEADLINE_MS, over.signal).then(late, () => undefined);
  const stop = AbortSignal.any([signal, over.signal]);
  const looks: Promise<Finding>[] = [];
  const results = checks.map(async (check) => {
    const begun = clock.monotonic();
    const look = check.look(installation, stop);
    looks.push(look);
    const finding = await findingOf(look, installation, stop);
    return resultOf(check, masked(finding, redactor), Math.round(clock.monotonic() - begun));
  });
  try {
    for (const result of results) yield await result;
  } finally {
    over.abort();
    await timeUp;
    await waitAtMost(clock, LEAVING_MS, Promise.allSettled(looks));
  }
}

/** Never rejects. */
async function findingOf(
  look: Promise<Finding>,
  installation: Installation,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    return await abortable(look, signal);
  } catch (error) {
    if (installation.process.stop.aborted) return { status: "skip", summary: "stopped" };
    if (error instanceof CheckSkipped) return { status: "skip", summary: error.message };
    if (error instanceof UserFacingError) return fail(error.message, error.remedy);
    if (error instanceof Deno.errors.PermissionDenied) {
      return fail(
        describeError(error),
        "Give the user who runs the program access",
      );
    }
    return fail(`the check itself failed: ${describeError(error)}`, "Please report it");
  }
}

function masked({ summary, detail = [], remedy, status }: Finding, redactor: Redactor): Finding {
  const plain = (text: string): string => redactor.forLogs(withoutControls(text));
  return {
    status,
    summary: plain(summary),
    detail: detail.map(plain),
    ...(remedy === undefined ? {} : { remedy: plain(remedy) }),
  };
}

function resultOf(check: Check, finding: Finding, durationMs: number): CheckResult {
  const { status, summary, detail = [], remedy } = finding;
  return {
    id: check.id,
    group: groupOf(check),
    status,
    summary,
    detail: [...detail],
    remedy: remedy ?? null,
    duration_ms: durationMs,
  };
}

export const CHECKS: readonly Check[] = [
  environmentCheck,
  configurationFileCheck,
  configurationWarningsCheck,
  tokenCheck,
  accountCheck,
  webhookCheck,
  pollerCheck,
  clockCheck,
  codexProgramCheck,
  codexVersionCheck,
  codexBackendCheck,
  codexHandshakeCheck,
  codexLoginCheck,
  codexProviderCheck,
  codexRemoteCheck,
  workFoldersCheck,
  gitCheck,
  runningCheck,
  fileModesCheck,
  secretFilesCheck,
  databaseCheck,
  diskCheck,
  sizesCheck,
  crashCheck,
  chatsCheck,
  permissionsCheck,
  networkCheck,
  runtimeCheck,
  latestCheck,
];
