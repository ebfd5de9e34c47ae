/** Lists the other machines that profiles name, each once, with its token from the environment. */
import { posix, win32 } from "node:path";
import type { MachineSettings } from "../core/codex/codex_settings.ts";
import { type Environment, variable } from "./environment.ts";
import type { Findings } from "./errors.ts";
import { expandHome } from "./paths.ts";
import type { ProfileSection, Settings } from "./keys.ts";
import { readAppServerUrl } from "./value_kinds.ts";

/** A shorter one can be guessed, and masking it would damage ordinary text. */
const SHORTEST_TOKEN = 16;

/** Every other machine that a profile works on. */
export function machineSettings(
  settings: Settings,
  environment: Environment,
  findings: Findings,
): readonly MachineSettings[] {
  const machines = new Map<string, MachineSettings>();
  for (const [profile, section] of Object.entries(settings.profiles)) {
    const machine = machineOfProfile(profile, section, { settings, environment, findings });
    if (machine === undefined) continue;
    const known = machines.get(machine.name);
    if (known !== undefined && known.tokenVariable !== machine.tokenVariable) {
      const detail = `differs from another profile with ${machine.name}: use one variable for both`;
      findings.problem(`profiles.${profile}.app_server_token_env`, detail);
    }
    machines.set(machine.name, machine);
  }
  return [...machines.values()];
}

/** The address of the machine of a profile; undefined = this one. */
export function machineOf(
  { appServerUrl: written }: Pick<ProfileSection, "appServerUrl">,
  { codex }: Settings,
  home: string,
): string | undefined {
  if (written === undefined || usesNoCodex(codex)) return undefined;
  const address = readAppServerUrl(written);
  return address.ok ? expandedName(address, home) : undefined;
}

/** The folder on that machine; whether it exists cannot be checked from here. */
export function remoteFolder(profile: string, section: ProfileSection, findings: Findings): string {
  const path = section.workingDirectory;
  if (path === undefined || !(posix.isAbsolute(path) || win32.isAbsolute(path))) {
    const found = path === undefined ? "nothing" : `"${path}"`;
    findings.problem(
      `profiles.${profile}.working_directory`,
      `must be an absolute path on the machine of app_server_url, found ${found}`,
    );
  }
  return path ?? "";
}

interface Sources {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly findings: Findings;
}

function machineOfProfile(
  profile: string,
  section: ProfileSection,
  { settings, environment, findings }: Sources,
): MachineSettings | undefined {
  const { appServerUrl: written, appServerTokenEnv: tokenVariable } = section;
  if (written === undefined) {
    if (tokenVariable !== undefined) {
      findings.warn(
        `Profile "${profile}" has app_server_token_env, but no app_server_url`,
        [`profiles.${profile}.app_server_url`],
      );
    }
    return undefined;
  }
  if (usesNoCodex(settings.codex)) {
    findings.warn(`Codex is not used: app_server_url of profile "${profile}" is ignored`);
    return undefined;
  }
  const address = readAppServerUrl(written);
  if (!address.ok) return undefined;
  const { home } = environment;
  const { endpoint } = address;
  const name = expandedName(address, home);
  const token = tokenOf(tokenVariable, profile, environment, findings);
  if (token === undefined && endpoint.type === "network" && tokenVariable === undefined) {
    findings.warn(
      `Profile "${profile}" has no app_server_token_env: anybody who reaches ${name} can use Codex there`,
      [`profiles.${profile}.app_server_token_env`],
    );
  }
  return {
    name,
    endpoint: endpoint.type === "unix"
      ? { type: "unix", path: expandHome(endpoint.path, home) }
      : endpoint,
    ...(token === undefined ? {} : { token }),
    ...(tokenVariable === undefined ? {} : { tokenVariable }),
  };
}

/** Looks up the token. Never shows its value, not even a wrong one. */
function tokenOf(
  name: string | undefined,
  profile: string,
  environment: Environment,
  findings: Findings,
): string | undefined {
  if (name === undefined) return undefined;
  const token = variable(environment, name);
  if (token === undefined || token.length < SHORTEST_TOKEN || /[^\x21-\x7e]/.test(token)) {
    const found = token === undefined ? "nothing" : "something else";
    findings.problemAt(
      "environment",
      name,
      `must be the token of the app-server of profile "${profile}", at least ${SHORTEST_TOKEN} ` +
        `characters without blanks, found ${found} (put it into ` +
        `${environment.stateFolder}/.env, after ${name}=)`,
    );
  }
  return token;
}

function expandedName(
  { name, endpoint }: Extract<ReturnType<typeof readAppServerUrl>, { ok: true }>,
  home: string,
): string {
  return endpoint.type === "unix" ? `unix://${expandHome(endpoint.path, home)}` : name;
}

function usesNoCodex({ backend, echo }: Settings["codex"]): boolean {
  return backend === "echo" || echo;
}
