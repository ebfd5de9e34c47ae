/** Records the demo's project and runs its checks, by the shell of this machine. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type CheckResult,
  type CheckRun,
  type CheckRunner,
  tailOf,
} from "../../core/checks/check.ts";
import { readableOutput } from "../../core/checks/output.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { WorkspaceSettings } from "../../integrations/codex/backend_parts.ts";
import { GitWorkspace } from "../../integrations/codex/workspace/git_workspace.ts";
import { ScriptError } from "../../integrations/codex/workspace/script.ts";
import type { LocalShell } from "./local_shell.ts";

interface LocalParts {
  readonly shell: LocalShell;
  readonly clock: Clock;
  readonly log: Log;
}

export function localWorkspace(
  { stores, limits }: WorkspaceSettings,
  { shell, clock, log }: LocalParts,
): GitWorkspace {
  return new GitWorkspace({
    run: async (
      {
        definitions,
        text,
        args = [],
        variables,
        writable: [folder = stores],
        mostBytes,
        timeoutMs,
      },
    ) => {
      const late = AbortSignal.timeout(timeoutMs);
      try {
        await Deno.mkdir(folder, { recursive: true });
        const script = {
          text: definitions + text,
          args: ["record", ...args],
          folder,
          variables,
          mostBytes,
        };
        return await shell.run({ ...script, signal: late });
      } catch (error) {
        const reason = late.aborted ? "too-slow" : "failed";
        throw new ScriptError(reason, `The script did not run: ${describeError(error)}`);
      }
    },
    storeOf: async (folder) => {
      const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
      const store = join(stores, name);
      await Deno.mkdir(store, { recursive: true });
      return store;
    },
    excluded: () => Promise.resolve([stores]),
    newName: () => crypto.randomUUID(),
    limits,
    clock,
    log,
  });
}

export class LocalChecks implements CheckRunner {
  readonly #shell: LocalShell;
  readonly #clock: Clock;
  readonly #redact: Redact;

  constructor({ shell, clock }: LocalParts, redact: Redact) {
    this.#shell = shell;
    this.#clock = clock;
    this.#redact = redact;
  }

  async run({ folder, check, signal }: CheckRun): Promise<CheckResult> {
    const begun = this.#clock.monotonic();
    const late = AbortSignal.timeout(check.timeoutMs);
    const passed = (): number => Math.round(this.#clock.monotonic() - begun);
    try {
      const { exitCode, output } = await this.#shell.run({
        text: `{ ${check.command}\n} 2>&1`,
        folder,
        signal: AbortSignal.any([signal, late]),
      });
      const status = exitCode === 0 ? "passed" : "failed";
      return { status, exitCode, latencyMs: passed(), tail: this.#tail(output) };
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) return { status: "timed-out", latencyMs: passed(), tail: "" };
      const tail = this.#tail(describeError(error));
      return { status: "not-run", latencyMs: passed(), tail };
    }
  }

  #tail(printed: string): string {
    return tailOf(this.#redact(readableOutput(printed)));
  }
}
