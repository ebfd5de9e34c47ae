/** Checks Codex: program, version, protocol, start, login, model provider, other machines. */
import { delimiter, isAbsolute } from "node:path";
import type { MachineSettings } from "../../../core/codex/codex_settings.ts";
import { withDeadline } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import { NO_LOG } from "../../../core/log.ts";
import {
  findProgram,
  nativeProgram,
  packageOf,
} from "../../../integrations/codex/codex_program.ts";
import { readProvider } from "../../../integrations/codex/codex_reports.ts";
import { probeRemote } from "../../../integrations/codex/remote/remote_backend.ts";
import { type Check, CheckSkipped, fail, type Finding, ok, together, warn } from "../check.ts";
import { isOfWrongVersion, NEVER_USED_REMEDY } from "../codex_installation.ts";
import type { Installation } from "../installation.ts";

/** Which program is started for Codex, and why. */
export const codexProgramCheck: Check = {
  id: "codex.program",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const { command } = codex.server;
    const path = codex.environment.PATH ?? codex.environment.Path;
    const found = await findProgram(command, path);
    const rule = isAbsolute(command)
      ? "named in conf.toml"
      : `the first "${command}" in PATH${command === "codex" ? "" : ", named in conf.toml"}`;
    if (found === undefined) {
      return fail(
        `there is no program "${command}"${isAbsolute(command) ? "" : " in PATH"}`,
        "Install Codex with `npm install -g @openai/codex`, or set codex.command",
        isAbsolute(command) ? [] : [`looked in: ${(path ?? "nothing").split(delimiter).join(" ")}`],
      );
    }
    if (packageOf(codex.server) !== undefined) {
      return warn(
        `${found}: a package runner, ${rule}`,
        "Install Codex instead: a package runner may leave Codex running when it ends",
      );
    }
    const native = await nativeProgram(command, path);
    return ok(
      `${found}: ${rule}`,
      native === command || native === found ? [] : [
        `npm's script starts ${native}, which is used directly`,
      ],
    );
  },
};

/** Which version it is, if it is Codex. */
export const codexVersionCheck: Check = {
  id: "codex.version",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    try {
      return ok((await codex.found()).version);
    } catch (error) {
      if (isOfWrongVersion(error)) throw new CheckSkipped("not usable, see backend");
      const missing = error instanceof CodexError && error.kind === "not-installed" &&
        await findProgram(codex.server.command, codex.environment.PATH) === undefined;
      // The program's own line says so already.
      throw missing ? new CheckSkipped("there is no such program") : error;
    }
  },
};

/** Which of Codex's two protocols is used. */
export const codexBackendCheck: Check = {
  id: "codex.backend",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const { choice } = codex;
    const found = await codex.found().catch((error) => {
      if (isOfWrongVersion(error)) throw error;
      throw new CheckSkipped(`no usable Codex (codex.backend is ${choice})`);
    });
    return ok(`${found.kind}: ${found.reason}`, [`started as: ${found.commandLine}`]);
  },
};

/** Starts Codex as the program does, and stops it again. */
export const codexHandshakeCheck: Check = {
  id: "codex.handshake",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const start = await codex.start();
    const { kind } = await codex.found();
    if (start.state === "ready") {
      return ok(`${kind} answered in ${start.ms} ms, and was stopped again`);
    }
    const { error } = start;
    if (error instanceof CodexError && error.kind === "not-logged-in") {
      return ok(`${kind} answered in ${start.ms} ms; it asks for a login`);
    }
    return error instanceof CodexError
      ? fail(error.message, error.remedy)
      : fail(describeError(error), "Start it by hand to see what it says");
  },
};

const LOGIN_REMEDY = "Run `codex login` on the machine where Codex works";

/** Whether Codex is logged in, by its own report; its credentials are not read. */
export const codexLoginCheck: Check = {
  id: "codex.login",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const found = await codex.found().catch(() => undefined);
    if (found !== undefined && !await codex.used()) {
      return fail(
        `this user has never used Codex: there is no ${codex.home}`,
        NEVER_USED_REMEDY,
      );
    }
    const { loggedIn, said } = await codex.login();
    if (loggedIn) return ok(said);
    // The app-server says whether its provider needs a login at all.
    const start = await codex.start();
    if (start.state === "ready" && found?.kind === "app-server") {
      return ok(`"${said}"; its model provider needs no login`);
    }
    if (start.state === "failed") {
      // Why it does not start says the handshake; a login does not help there.
      if (!isLogin(start.error)) throw new CheckSkipped(`Codex does not start, and says: ${said}`);
      return fail(`Codex says: ${said}`, LOGIN_REMEDY);
    }
    return warn(
      `Codex says: ${said}`,
      `${LOGIN_REMEDY}, unless your model provider needs no login`,
    );
  },
};

function isLogin(error: unknown): boolean {
  return error instanceof CodexError && error.kind === "not-logged-in";
}

const PROVIDER_REMEDY = "Run `codex doctor` to see its full report";

/** Whether Codex reaches its model provider, as far as `codex doctor` tells. */
export const codexProviderCheck: Check = {
  id: "codex.provider",
  async look(installation): Promise<Finding> {
    if (installation.offline) throw new CheckSkipped("--offline");
    const codex = await installation.codex();
    const found = await codex.usable();
    const doctor = codex.ask(found, ["doctor", "--json"]);
    try {
      const report = await readProvider(doctor, codex.reportParts);
      if (report === undefined) throw new CheckSkipped(`Codex ${found.version} cannot say`);
      const { status, summary, details, remedy = PROVIDER_REMEDY } = report;
      if (status === "ok") return ok(`codex doctor: ${summary}`, details);
      // It also fails providers that work and have no list of models.
      return warn(`codex doctor: ${summary}`, remedy, details);
    } catch (error) {
      if (error instanceof CheckSkipped) throw error;
      return warn(`codex doctor failed: ${describeError(error)}`, PROVIDER_REMEDY);
    }
  },
};

const DEADLINE_MS = 8_000;

/** Whether the Codex of each remote profile answers, and how fast. */
export const codexRemoteCheck: Check = {
  id: "codex.remote",
  async look(installation, signal): Promise<Finding> {
    const { machines } = await installation.config();
    if (machines.length === 0) throw new CheckSkipped("no profile works on another machine");
    if (installation.offline) throw new CheckSkipped("--offline");
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
      remedy: "Check that the machine is on and `codex app-server` runs there",
      trouble: { kind: "unreachable", machine: machine.name },
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
    // How it ends has been told, or does not matter any more.
    await probe.catch(() => undefined);
  }
}
