/** Profiles as runs need them: each one complete, nothing left to look up. */
import type { ApprovalPolicy, Profile, Profiles } from "../core/session/settings.ts";
import { type AgentsPlace, resolveAgents, withPromptFiles } from "./agents.ts";
import { isFolder } from "./file_access.ts";
import type { Findings } from "./findings.ts";
import { nearestWord } from "./known_keys.ts";
import { machineOf, remoteFolder } from "./machines.ts";
import { pathFromConfig } from "./paths.ts";
import { type AgentsTable, PROFILE, type ProfileTable, type Settings } from "./schema.ts";
import { RETIRED_POLICY } from "./value_kinds.ts";

/** The name of the profile that exists where none is written. */
const ONLY_PROFILE = "default";

export interface Places {
  readonly configFile: string;
  readonly home: string;
  /** Where Codex works when nothing says so; absent = the home folder, with a warning. */
  readonly unsetFolder?: string | undefined;
}

interface HostEnvironment {
  readonly settings: Settings;
  readonly globalAgents: AgentsTable;
  readonly places: Places;
  readonly findings: Findings;
}

/** Settles every profile; without any `[profiles]` there is one named `default`. */
export async function resolveProfiles(
  settings: Settings,
  places: Places,
  findings: Findings,
): Promise<Profiles> {
  const globalAgents = await withPromptFiles(
    { key: "agents", agents: settings.agents },
    places,
    findings,
  );
  const host = { settings, globalAgents, places, findings };
  const all = new Map<string, Profile>();
  for (const [written, table] of writtenProfiles(settings)) {
    const name = written.trim().toLowerCase();
    if (name === "" || all.has(name)) {
      const detail = name === "" ? "must have a name" : "is there twice, in different case";
      findings.problem(`profiles.${written}`, detail);
    } else {
      all.set(name, await resolveProfile(name, written, table, host));
    }
  }
  return { all, default: defaultName(settings, [...all.keys()], findings) };
}

function writtenProfiles(settings: Settings): readonly (readonly [string, ProfileTable])[] {
  const written = Object.entries(settings.profiles);
  return written.length > 0 ? written : [[ONLY_PROFILE, PROFILE.parse({})]];
}

async function resolveProfile(
  name: string,
  written: string,
  table: ProfileTable,
  { settings, globalAgents, places, findings }: HostEnvironment,
): Promise<Profile> {
  const own: AgentsPlace = { key: `profiles.${written}.agents`, agents: table.agents };
  const agents = [await withPromptFiles(own, places, findings), globalAgents];
  const model = table.model ?? settings.codex.agent_model;
  const machine = machineOf(table, settings, places.home);
  return {
    name,
    ...(machine === undefined ? {} : { machine }),
    workingDirectory: machine === undefined
      ? await workingDirectory(written, table, settings, places, findings)
      : remoteFolder(written, table, findings),
    sandbox: table.sandbox ?? settings.codex.sandbox,
    approvalPolicy: presentPolicy(
      table.approval_policy ?? settings.codex.approval_policy,
      findings,
    ),
    ...(model === undefined ? {} : { model }),
    agents: resolveAgents(agents, { model, reasoningEffort: table.reasoning_effort }),
  };
}

async function workingDirectory(
  profile: string,
  table: ProfileTable,
  settings: Settings,
  places: Places,
  findings: Findings,
): Promise<string> {
  const written = table.working_directory ?? table.workingdirectory ??
    settings.codex.agent_working_directory;
  if (written === undefined && places.unsetFolder !== undefined) return places.unsetFolder;
  if (written === undefined) {
    findings.warn(
      `Profile "${profile}" has no working_directory: Codex works in your home folder, ${places.home}`,
    );
    return places.home;
  }
  const path = pathFromConfig(written, places);
  if (!await isFolder(path)) {
    // A warning and no problem: a disk may be mounted, or a project cloned, after the start.
    findings.warn(`The working directory of profile "${profile}" is no folder now: ${path}`);
  }
  return path;
}

function presentPolicy(
  policy: ApprovalPolicy | typeof RETIRED_POLICY,
  findings: Findings,
): ApprovalPolicy {
  if (policy !== RETIRED_POLICY) {
    return policy;
  }
  findings.warn(
    `approval_policy "${RETIRED_POLICY}" is no longer known to Codex: "on-request" is used`,
  );
  return "on-request";
}

function defaultName(settings: Settings, names: readonly string[], findings: Findings): string {
  const written = settings.profile.default;
  const fallback = names.includes(ONLY_PROFILE) ? ONLY_PROFILE : names[0] ?? ONLY_PROFILE;
  if (written === undefined || names.includes(written.toLowerCase())) {
    return written?.toLowerCase() ?? fallback;
  }
  const nearest = nearestWord(written, names);
  const hint = nearest === undefined ? "" : `, did you mean "${nearest}"`;
  findings.problem(
    "profile.default",
    `must be one of the profiles ${
      names.map((name) => `"${name}"`).join(", ")
    }, found "${written}"${hint}`,
  );
  return fallback;
}
