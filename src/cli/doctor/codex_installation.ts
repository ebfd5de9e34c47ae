/** Looks up the Codex of this computer that the configuration asks for; each part once. */
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { CodexSettings, ProgramSettings } from "../../core/codex/codex_settings.ts";
import { withDeadline } from "../../core/deadline.ts";
import { CodexError } from "../../core/errors.ts";
import { type Log, NO_LOG } from "../../core/log.ts";
import { type LoginReport, readLogin } from "../../integrations/codex/codex_reports.ts";
import { backendFor } from "../../integrations/codex/create_backend.ts";
import { besideServer, detectCodex, type DetectedCodex } from "../../integrations/codex/detect.ts";
import { makeTemporaryFolder } from "../../integrations/files/durable_files.ts";
import { CheckSkipped } from "./check.ts";

interface CodexInstallationParts {
  readonly settings: CodexSettings;
  /** All that Codex is handed. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of this program. */
  readonly version: string;
  readonly clock: Clock;
  /** Ends what has been started. */
  readonly stop: AbortSignal;
}

export const NEVER_USED_REMEDY = "Run `codex login`, or start `codex` once";

const VERSION_DEADLINE_MS = 6_000;
const START_DEADLINE_MS = 10_000;

/** How a start of Codex went; `ms` until its handshake or its failure. */
type CodexStart =
  | { readonly state: "ready"; readonly ms: number }
  | { readonly state: "failed"; readonly ms: number; readonly error: unknown };

export class CodexInstallation {
  readonly settings: CodexSettings;
  /** All that Codex is handed. */
  readonly environment: Readonly<Record<string, string>>;
  readonly version: string;
  readonly clock: Clock;
  readonly #stop: AbortSignal;

  constructor({ settings, environment, version, clock, stop }: CodexInstallationParts) {
    this.settings = settings;
    this.environment = environment;
    this.version = version;
    this.clock = clock;
    this.#stop = stop;
  }

  /** Where Codex keeps its own things. */
  get home(): string {
    const { CODEX_HOME: home, HOME, USERPROFILE } = this.environment;
    return home ?? join(HOME ?? USERPROFILE ?? "", ".codex");
  }

  /** @throws {CheckSkipped} when no Codex is wanted */
  get choice(): "auto" | "app-server" | "mcp" {
    const { backend } = this.settings;
    if (backend === "echo") throw new CheckSkipped("Codex is not used (codex.backend is echo)");
    return backend;
  }

  /** What is looked for first. */
  get server(): ProgramSettings {
    return this.choice === "mcp" ? this.settings.mcp : this.settings.appServer;
  }

  /** Codex creates its home when it starts, so the doctor only starts it where it has one. */
  readonly used = once(() => isFolder(this.home));

  /** @throws {CodexError} with a remedy, when there is no Codex that can be used */
  readonly found = once(async (): Promise<DetectedCodex> => {
    const { choice, settings, clock } = this;
    const detect = (environment: Readonly<Record<string, string>>): Promise<DetectedCodex> =>
      detectCodex(settings, choice, {
        environment,
        clock,
        log: NO_LOG,
        versionDeadlineMs: VERSION_DEADLINE_MS,
      });
    if (await this.used()) return await detect(this.environment);
    // Even telling its version would create its home.
    const elsewhere = await makeTemporaryFolder("codex-orchestrator-");
    try {
      return await detect({ ...this.environment, CODEX_HOME: elsewhere });
    } finally {
      await Deno.remove(elsewhere, { recursive: true });
    }
  });

  /**
   * The Codex that was found and has been used before.
   * @throws {CheckSkipped} otherwise
   */
  async usable(): Promise<DetectedCodex> {
    const found = await this.found().catch((error) => {
      if (error instanceof CheckSkipped) throw error;
      throw new CheckSkipped("no usable Codex");
    });
    if (!await this.used()) {
      throw new CheckSkipped(`Codex was never used here: there is no ${this.home}`);
    }
    return found;
  }

  /** How that Codex is asked something else. */
  ask(found: DetectedCodex, words: readonly string[]): ProgramSettings {
    const server = found.kind === "mcp" ? this.settings.mcp : this.settings.appServer;
    return besideServer(server, this.settings.command, words);
  }

  readonly login = once(async (): Promise<LoginReport> => {
    const found = await this.usable();
    return await readLogin(this.ask(found, ["login", "status"]), this.reportParts);
  });

  /** Starts Codex as the program does, and ends it: nothing of it is left when this resolves. */
  readonly start = once(async (): Promise<CodexStart> => {
    const found = await this.usable();
    const { settings, environment, clock } = this;
    const dependencies = { environment, clock, log: NO_LOG, clientVersion: this.version };
    const backend = await backendFor(found, settings, environment, dependencies);
    const begun = clock.monotonic();
    const late = (): Error =>
      new CodexError("unresponsive", `Codex did not answer within ${START_DEADLINE_MS / 1_000} s`, {
        remedy: `Start "${found.commandLine}" by hand to see what it says`,
      });
    const ms = (): number => Math.round(clock.monotonic() - begun);
    try {
      await withDeadline(backend.start(this.#stop), { clock, ms: START_DEADLINE_MS, late });
      return { state: "ready", ms: ms() };
    } catch (error) {
      return { state: "failed", ms: ms(), error };
    } finally {
      await backend.close();
    }
  });

  get reportParts(): { environment: Readonly<Record<string, string>>; clock: Clock; log: Log } {
    return { environment: this.environment, clock: this.clock, log: NO_LOG };
  }
}

/** Whether Codex has a version that cannot do what conf.toml asks for. */
export function isOfWrongVersion(error: unknown): boolean {
  return error instanceof CodexError && ["too-old", "no-subcommand"].includes(error.kind);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    // Missing or not accessible: Codex cannot use it either.
    return false;
  }
}

/** Runs the work for the first caller, and gives every caller its result. */
export function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let begun: Promise<Result> | undefined;
  return () => begun ??= work();
}
