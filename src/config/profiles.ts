/** Resolves profiles completely, so that runs have nothing left to look up. */
import type { AgentSettings, Profile, Profiles, Role } from "../core/session/settings.ts";
import type { Findings } from "./errors.ts";
import type { ConfigFiles } from "./file_access.ts";
import {
  type AgentSection,
  type AgentsSection,
  EMPTY_PROFILE,
  type ProfileSection,
  type Settings,
} from "./keys.ts";
import { machineOf, remoteFolder } from "./machines.ts";
import { pathFromConfig } from "./paths.ts";
import { nearestWord } from "./read_settings.ts";

const SELECTOR_DEFAULTS = { reasoningEffort: "low" } as const;
/** The name of the profile that exists where none is written. */
const ONLY_PROFILE = "default";

interface Places {
  readonly configFile: string;
  readonly home: string;
  /** Where Codex works if nothing else says it; absent = the home folder, with a warning. */
  readonly unsetFolder?: string | undefined;
  readonly files: ConfigFiles;
}

/** What profiles are resolved from. */
interface Sources {
  readonly settings: Settings;
  readonly globalAgents: AgentsSection;
  readonly places: Places;
  readonly findings: Findings;
}

/** Resolves every profile; without any `[profiles]` there is one named `default`. */
export async function resolveProfiles(
  settings: Settings,
  places: Places,
  findings: Findings,
): Promise<Profiles> {
  const globalAgents = await withPromptFiles(settings.agents, "agents", places, findings);
  const sources = { settings, globalAgents, places, findings };
  const all = new Map<string, Profile>();
  for (const [written, section] of writtenProfiles(settings)) {
    const name = written.trim().toLowerCase();
    if (name === "" || all.has(name)) {
      const detail = name === "" ? "must have a name" : "is defined twice, in different case";
      findings.problem(`profiles.${written}`, detail);
    } else {
      all.set(name, await resolveProfile(name, written, section, sources));
    }
  }
  return { all, default: defaultName(settings, [...all.keys()], findings) };
}

function writtenProfiles(settings: Settings): readonly (readonly [string, ProfileSection])[] {
  const written = Object.entries(settings.profiles);
  return written.length > 0 ? written : [[ONLY_PROFILE, EMPTY_PROFILE]];
}

async function resolveProfile(
  name: string,
  written: string,
  section: ProfileSection,
  { settings, globalAgents, places, findings }: Sources,
): Promise<Profile> {
  const { codex } = settings;
  const key = `profiles.${written}.agents`;
  const agents = [await withPromptFiles(section.agents, key, places, findings), globalAgents];
  const checks = section.checks ?? codex.checks ?? [];
  const model = section.model ?? codex.agentModel;
  const machine = machineOf(section, settings, places.home);
  return {
    name,
    ...(machine === undefined ? {} : { machine }),
    workingDirectory: machine === undefined
      ? await workingDirectory(written, section, settings, places, findings)
      : remoteFolder(written, section, findings),
    sandbox: section.sandbox ?? codex.sandbox,
    approvalPolicy: section.approvalPolicy ?? codex.approvalPolicy,
    ...(checks.length === 0 ? {} : { checks }),
    planApproval: section.planApproval ?? codex.planApproval,
    ...(model === undefined ? {} : { model }),
    agents: resolveAgents(agents, { model, reasoningEffort: section.reasoningEffort }),
  };
}

async function workingDirectory(
  profile: string,
  section: ProfileSection,
  settings: Settings,
  places: Places,
  findings: Findings,
): Promise<string> {
  const written = section.workingDirectory ?? settings.codex.agentWorkingDirectory;
  if (written === undefined && places.unsetFolder !== undefined) return places.unsetFolder;
  if (written === undefined) {
    findings.warn(
      `Profile "${profile}" has no working_directory: Codex works in your home folder, ${places.home}`,
      [
        "codex.agent_working_directory",
        ...["working_directory", "workingdirectory", "app_server_url"]
          .map((name) => `profiles.${profile}.${name}`),
      ],
    );
    return places.home;
  }
  const path = pathFromConfig(written, places);
  if (!await places.files.isFolder(path)) {
    // Only a warning: a disk may be mounted, or a project cloned, after the start.
    findings.warn(
      `The working directory of profile "${profile}" is not a folder now: ${path}`,
      [`profiles.${profile}.app_server_url`],
    );
  }
  return path;
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

/**
 * Replaces `system_prompt` by the text of the prompt file wherever one is named.
 * @param key of the table, dotted, e.g. `profiles.work.agents`
 */
async function withPromptFiles(
  agents: AgentsSection,
  key: string,
  places: Places,
  findings: Findings,
): Promise<AgentsSection> {
  const group = async (
    roles: AgentsSection["plan"],
    prefix: string,
  ): Promise<AgentsSection["plan"]> => {
    const load = (role: Role): Promise<AgentSection> =>
      withPromptFile(roles[role], `${key}.${prefix}${role}`, places, findings);
    return {
      selector: await load("selector"),
      planner: await load("planner"),
      developer: await load("developer"),
      reviewer: await load("reviewer"),
    };
  };
  return {
    ...await group(agents, ""),
    single: await group(agents.single, "single."),
    plan: await group(agents.plan, "plan."),
  };
}

async function withPromptFile(
  agent: AgentSection,
  key: string,
  places: Places,
  findings: Findings,
): Promise<AgentSection> {
  const { systemPromptFile: written } = agent;
  if (written === undefined) return agent;
  const path = pathFromConfig(written, places);
  const file = await places.files.readText(path);
  const prompt = file.ok ? file.text.trim() : "";
  if (prompt !== "") return { ...agent, systemPrompt: prompt };
  const found = file.ok ? `an empty file at ${path}` : `${path} (${file.reason})`;
  findings.problem(
    `${key}.system_prompt_file`,
    `must name a readable file with text, found ${found}`,
  );
  return agent;
}

/**
 * Resolves the agents of one profile. Each setting is looked for by itself: in the sections in the
 * given order, and in each of them under `plan.ROLE` (in plan mode), `single.ROLE` and `ROLE`; the
 * model and the effort then come from `defaults`; a selector, which only sorts requests, thinks little.
 */
function resolveAgents(
  sections: readonly AgentsSection[],
  defaults: Pick<AgentSection, "model" | "reasoningEffort">,
): Profile["agents"] {
  const inPlan = (role: Role, otherwise = defaults): AgentSettings =>
    resolveAgent(
      sections.flatMap(({ plan, single, ...bare }) => [plan[role], single[role], bare[role]]),
      otherwise,
    );
  const inSingle = (role: Role): AgentSettings =>
    resolveAgent(sections.flatMap(({ single, ...bare }) => [single[role], bare[role]]), defaults);
  return {
    single: { developer: inSingle("developer") },
    plan: {
      selector: inPlan("selector", { ...defaults, ...SELECTOR_DEFAULTS }),
      planner: inPlan("planner"),
      developer: inPlan("developer"),
      reviewer: inPlan("reviewer"),
    },
  };
}

function resolveAgent(
  candidates: readonly AgentSection[],
  defaults: Pick<AgentSection, "model" | "reasoningEffort">,
): AgentSettings {
  const first = (key: "model" | "reasoningEffort" | "systemPrompt"): string | undefined =>
    candidates.map((agent) => agent[key]).find((value) => value !== undefined);
  const model = first("model") ?? defaults.model;
  const reasoningEffort = first("reasoningEffort") ?? defaults.reasoningEffort;
  const systemPrompt = first("systemPrompt");
  return {
    ...(model === undefined ? {} : { model }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
  };
}
