/** The final settings of each agent of a profile, every fallback applied. */
import type { AgentSettings, Profile, Role } from "../core/session/settings.ts";
import type { Findings } from "./findings.ts";
import { readTextFile } from "./file_access.ts";
import { pathFromConfig } from "./paths.ts";
import type { AgentsTable, AgentTable } from "./schema.ts";

const PROMPT_FILE_KEYS = ["system_prompt_file", "system_prompt_path"] as const;

/** An `[agents]` table together with where it stands, for messages. */
export interface AgentsPlace {
  /** Dotted key of the table, e.g. `profiles.work.agents`. */
  readonly key: string;
  readonly agents: AgentsTable;
}

export interface AgentDefaults {
  readonly model: string | undefined;
  readonly reasoningEffort: string | undefined;
}

/** Replaces `system_prompt` by the text of the prompt file wherever one is named. */
export async function withPromptFiles(
  place: AgentsPlace,
  places: { readonly configFile: string; readonly home: string },
  findings: Findings,
): Promise<AgentsTable> {
  const load = (table: AgentTable | undefined, name: string): Promise<AgentTable | undefined> =>
    withPromptFile(table, `${place.key}.${name}`, places, findings);
  const group = async (
    agents: AgentsTable["plan"],
    prefix: string,
  ): Promise<AgentsTable["plan"]> => ({
    selector: await load(agents.selector, `${prefix}selector`),
    planner: await load(agents.planner, `${prefix}planner`),
    developer: await load(agents.developer, `${prefix}developer`),
    reviewer: await load(agents.reviewer, `${prefix}reviewer`),
  });
  return {
    ...await group(place.agents, ""),
    single: await group(place.agents.single, "single."),
    plan: await group(place.agents.plan, "plan."),
  };
}

/**
 * Settles the agents of one profile. Each setting is looked for by itself: in the tables in the
 * given order, and in each of them under `plan.ROLE` (in plan mode), `single.ROLE` and `ROLE`; the
 * model and the effort then come from `defaults`.
 */
export function resolveAgents(
  tables: readonly AgentsTable[],
  defaults: AgentDefaults,
): Profile["agents"] {
  const inPlan = (role: Role): AgentSettings =>
    settle(
      tables.flatMap((table) => [table.plan[role], table.single[role], table[role]]),
      defaults,
    );
  const inSingle = (role: Role): AgentSettings =>
    settle(tables.flatMap((table) => [table.single[role], table[role]]), defaults);
  return {
    single: { developer: inSingle("developer") },
    plan: {
      selector: inPlan("selector"),
      planner: inPlan("planner"),
      developer: inPlan("developer"),
      reviewer: inPlan("reviewer"),
    },
  };
}

function settle(
  candidates: readonly (AgentTable | undefined)[],
  defaults: AgentDefaults,
): AgentSettings {
  const first = (key: "model" | "reasoning_effort" | "system_prompt"): string | undefined =>
    candidates.map((table) => table?.[key]).find((value) => value !== undefined);
  const model = first("model") ?? defaults.model;
  const reasoningEffort = first("reasoning_effort") ?? defaults.reasoningEffort;
  const systemPrompt = first("system_prompt");
  return {
    ...(model === undefined ? {} : { model }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
  };
}

async function withPromptFile(
  table: AgentTable | undefined,
  key: string,
  places: { readonly configFile: string; readonly home: string },
  findings: Findings,
): Promise<AgentTable | undefined> {
  const fileKey = PROMPT_FILE_KEYS.find((name) => table?.[name] !== undefined);
  const written = fileKey === undefined ? undefined : table?.[fileKey];
  if (table === undefined || fileKey === undefined || written === undefined) {
    return table;
  }
  const path = pathFromConfig(written, places);
  const file = await readTextFile(path);
  const prompt = file.ok ? file.text.trim() : "";
  if (prompt === "") {
    const found = file.ok ? `an empty file at ${path}` : `${path} (${file.reason})`;
    findings.problem(`${key}.${fileKey}`, `must name a readable file with text, found ${found}`);
  }
  return { ...table, system_prompt: prompt === "" ? table.system_prompt : prompt };
}
