/** The Codex of this machine and those of the others, each by the address that profiles name. */
import type { CodexBackend, Machines } from "../../core/codex/codex.ts";
import type { CodexSettings, MachineSettings } from "../../core/codex/codex_settings.ts";
import { childEnvironment } from "./environment.ts";
import { type BackendDependencies, createCodexBackend } from "./create_backend.ts";
import { remoteAppServer } from "./remote/remote_backend.ts";

export class CodexMachines implements Machines {
  readonly #here: CodexBackend;
  readonly #others: ReadonlyMap<string, CodexBackend>;

  constructor(here: CodexBackend, others: ReadonlyMap<string, CodexBackend>) {
    this.#here = here;
    this.#others = others;
  }

  codexOn(machine: string | undefined): CodexBackend {
    if (machine === undefined) return this.#here;
    const codex = this.#others.get(machine);
    if (codex === undefined) throw new RangeError(`There is no machine "${machine}"`);
    return codex;
  }

  /** Lets go of all of them. Safe to call twice. */
  async close(): Promise<void> {
    await Promise.all([this.#here, ...this.#others.values()].map((codex) => codex.close()));
  }
}

/** Starts and connects nothing yet. */
export function createCodexMachines(
  settings: CodexSettings,
  machines: readonly MachineSettings[],
  dependencies: BackendDependencies,
): CodexMachines {
  const { clock, log, clientVersion, environment: variables } = dependencies;
  const tokens = machines.flatMap(({ tokenVariable }) => tokenVariable ?? []);
  const environment = childEnvironment(variables, settings.environmentNames, tokens);
  const parts = { limits: settings, clock, log, clientVersion };
  const others = machines.map((machine) =>
    [machine.name, remoteAppServer(machine, parts)] as const
  );
  return new CodexMachines(
    createCodexBackend(settings, { ...dependencies, environment }),
    new Map(others),
  );
}
