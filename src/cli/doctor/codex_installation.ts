/** The Codex of this computer, as the configuration asks for it. */
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { CodexSettings, ProgramSettings } from "../../core/codex/codex_settings.ts";
import { withDeadline } from "../../core/deadline.ts";
import { CodexError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { type LoginReport, readLogin } from "../../integrations/codex/codex_reports.ts";
import { backendFor } from "../../integrations/codex/create_backend.ts";
import { besideServer, detectCodex, type DetectedCodex } from "../../integrations/codex/detect.ts";
import { NotLookedAt } from "./check.ts";

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

/** The doctor tells what it sees by itself. */
export const NO_LOG: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

export const NEVER_USED_REMEDY = "Run `codex login`, or start `codex` once";

const VERSION_DEADLINE_MS = 6_000;
const START_DEADLINE_MS = 10_000;

/** How a start of Codex went; `ms` up to its handshake, or up to its failure. */
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

  /** @throws {NotLookedAt} when no Codex is wanted */
  get choice(): "auto" | "app-server" | "mcp" {
    const { backend } = this.settings;
    if (backend === "echo") throw new NotLookedAt("no Codex is used: codex.backend is echo");
    return backend;
  }

  /** What is looked for first. */
  get server(): ProgramSettings {
    return this.choice === "mcp" ? this.settings.mcp : this.settings.appServer;
  }

  /** Codex makes its home when it is started, so that it is started only where it has one. */
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
    // Telling its version it would make its home, too.
    const elsewhere = await Deno.makeTempDir({ prefix: "codex-orchestrator-" });
    try {
      return await detect({ ...this.environment, CODEX_HOME: elsewhere });
    } finally {
      await Deno.remove(elsewhere, { recursive: true });
    }
  });

  /**
   * The Codex that was found and has been used before.
   * @throws {NotLookedAt} otherwise
   */
  async usable(): Promise<DetectedCodex> {
    const found = await this.found().catch((error) => {
      if (error instanceof NotLookedAt) throw error;
      throw new NotLookedAt("there is no Codex that can be used");
    });
    if (!await this.used()) throw new NotLookedAt(`Codex was never used here: no ${this.home}`);
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
    const backend = backendFor(found, settings, environment, dependencies);
    const begun = clock.monotonic();
    const late = (): Error =>
      new CodexError("unresponsive", `Codex did not answer within ${START_DEADLINE_MS / 1_000} s`, {
        remedy: `Start "${found.commandLine}" by hand and look what it says`,
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

/** Codex told its version, and it is none that can do what conf.toml wants. */
export function isOfWrongVersion(error: unknown): boolean {
  return error instanceof CodexError && ["too-old", "no-subcommand"].includes(error.kind);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    // Not there, or closed to us: Codex cannot use it either.
    return false;
  }
}

/** The same work for everybody, begun with the first who asks. */
export function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let begun: Promise<Result> | undefined;
  return () => begun ??= work();
}
