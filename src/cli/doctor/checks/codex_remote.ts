/** The machines of remote profiles: whether their Codex answers, and how fast. */
import { CodexError } from "../../../core/errors.ts";
import type { MachineSettings } from "../../../core/codex/codex_settings.ts";
import { probeRemote } from "../../../integrations/codex/remote/remote_backend.ts";
import { withDeadline } from "../../../core/deadline.ts";
import { type Check, fail, type Finding, NotLookedAt, ok, together } from "../check.ts";
import { NO_LOG } from "../codex_installation.ts";
import type { Installation } from "../installation.ts";

const DEADLINE_MS = 8_000;

export const codexRemoteCheck: Check = {
  id: "codex.remote",
  async look(installation, signal): Promise<Finding> {
    const { machines } = await installation.config();
    if (machines.length === 0) throw new NotLookedAt("no profile works on another machine");
    if (installation.offline) throw new NotLookedAt("--offline");
    const findings = machines.map(async (machine) => ({
      name: machine.name,
      ...await lookAt(machine, installation, signal),
    }));
    return together(await Promise.all(findings), `${machines.length} machines answer`);
  },
};

async function lookAt(
  machine: MachineSettings,
  { clock, process }: Installation,
  stop: AbortSignal,
): Promise<Finding> {
  const timeUp = new AbortController();
  const signal = AbortSignal.any([stop, timeUp.signal]);
  const late = (): Error =>
    new CodexError("unreachable", `it did not answer within ${DEADLINE_MS / 1_000} s`, {
      remedy: "Look whether the machine is on and `codex app-server` runs there",
    });
  const probe = probeRemote(machine, {
    clock,
    log: NO_LOG,
    clientVersion: process.version,
    signal,
  });
  try {
    const { version, elapsedMs } = await withDeadline(probe, { clock, ms: DEADLINE_MS, late });
    return ok(`Codex ${version ?? "of an unknown version"} answered in ${elapsedMs} ms`);
  } catch (error) {
    if (error instanceof CodexError) return fail(error.message, error.remedy);
    throw error;
  } finally {
    timeUp.abort();
    // Its end, whichever it is, has been told or does not matter any more.
    await probe.catch(() => undefined);
  }
}
