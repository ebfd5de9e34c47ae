/** Defines what a profile sets for its runs, all fallbacks of the configuration applied. */
import { type Check, chosenChecks, type SessionChecks } from "../checks/check.ts";
import type { PlanApproval } from "../run/plan.ts";

export type Mode = "single" | "plan";

/** The four agents of a plan run; a single run has the developer alone. */
export type Role = "selector" | "planner" | "developer" | "reviewer";

/** What Codex's own sandbox lets a command do (names are Codex's). */
export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";

/**
 * What the commands of a thread may do: a reviewer's read everything and write to temporary folders
 * only, so that it can run tests and change nothing of the work.
 */
export type ThreadSandbox = SandboxMode | "review";

/** When Codex asks a person before it acts (names are Codex's). */
export type ApprovalPolicy = "untrusted" | "on-request" | "never";

export interface AgentSettings {
  /** Model slug; absent = Codex's own default. */
  readonly model?: string;
  /** Passed to Codex as it is: `minimal`, `low`, `medium`, `high`, `xhigh`, … */
  readonly reasoningEffort?: string;
  /** Text that replaces the built-in instructions of the role. */
  readonly systemPrompt?: string;
}

export interface Profile {
  readonly name: string;
  /** The machine on which Codex works, by its address; absent = this one. */
  readonly machine?: string;
  /** Absolute path in which Codex works, on that machine. */
  readonly workingDirectory: string;
  readonly sandbox: SandboxMode;
  readonly approvalPolicy: ApprovalPolicy;
  /** What proves a developer's work, in the order in which it runs; absent = nothing. */
  readonly checks?: readonly Check[];
  /** Absent = `auto`. */
  readonly planApproval?: PlanApproval;
  /** The profile's own model, for `/status`; each agent below has its final one. */
  readonly model?: string;
  /** Final settings of each agent, every fallback already applied. */
  readonly agents: {
    readonly single: { readonly developer: AgentSettings };
    readonly plan: Readonly<Record<Role, AgentSettings>>;
  };
}

/**
 * The profile with what a person chose for their session. The selector, which only sorts requests,
 * keeps its own settings.
 */
export function withChoices(
  profile: Profile,
  { model, reasoningEffort, checks, planApproval }:
    & AgentChoices
    & { readonly checks?: SessionChecks },
): Profile {
  const chosen = {
    ...(model === undefined ? {} : { model }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
  const { single, plan } = profile.agents;
  return {
    ...profile,
    ...(checks === undefined ? {} : { checks: chosenChecks(profile, checks) }),
    ...(model === undefined ? {} : { model }),
    ...(planApproval === undefined ? {} : { planApproval }),
    agents: {
      single: { developer: { ...single.developer, ...chosen } },
      plan: {
        selector: plan.selector,
        planner: { ...plan.planner, ...chosen },
        developer: { ...plan.developer, ...chosen },
        reviewer: { ...plan.reviewer, ...chosen },
      },
    },
  };
}

/** The settings of a role in a run of that mode. */
export function agentSettingsOf({ agents }: Profile, mode: Mode, role: Role): AgentSettings {
  return mode === "single" ? agents.single.developer : agents.plan[role];
}

/** The developer's settings in that mode: what a person means by "the model". */
export function developerSettings({ agents }: Profile, mode: Mode): AgentSettings {
  return mode === "single" ? agents.single.developer : agents.plan.developer;
}

/** A person's choices; absent = the profile's. */
export type AgentChoices =
  & Pick<AgentSettings, "model" | "reasoningEffort">
  & Pick<Profile, "planApproval">;

/** Every profile by its name (lower case), and the one (lower case) that a new session gets. */
export interface Profiles {
  readonly default: string;
  readonly all: ReadonlyMap<string, Profile>;
}

/**
 * The profile of that name in any case, or the default one: a name in an old session may be gone
 * from the configuration.
 */
export function profileNamed(profiles: Profiles, name: string): Profile {
  const profile = profiles.all.get(name.toLowerCase()) ?? profiles.all.get(profiles.default);
  if (profile === undefined) throw new RangeError(`There is no profile "${profiles.default}"`);
  return profile;
}
