/**
 * The one schema of conf.toml: every key, what it accepts and its default.
 *
 * The error text of each leaf says what is expected, in the words that follow "must be". Tables are
 * strict: a key that is not listed here is a problem, not something to ignore.
 */
import { z } from "zod";
import {
  approvalPolicy,
  appServerUrl,
  choice,
  flag,
  identifier,
  list,
  LONGEST_SECONDS,
  minutes,
  programArguments,
  SANDBOX_MODES,
  seconds,
  serverAddress,
  table,
  text,
  variableName,
  wholeNumber,
} from "./value_kinds.ts";

const BACKENDS = ["auto", "app-server", "mcp", "echo"] as const;

const GROUP_TRIGGERS = ["mention", "all"] as const;

const agent = table({
  model: text(),
  reasoning_effort: text(),
  system_prompt: text(),
  system_prompt_file: text(),
  system_prompt_path: text(),
});
const agentsByRole = {
  selector: agent.optional(),
  planner: agent.optional(),
  developer: agent.optional(),
  reviewer: agent.optional(),
};
const agents = table({
  ...agentsByRole,
  single: table(agentsByRole).prefault({}),
  plan: table(agentsByRole).prefault({}),
}).prefault({});

const polling = table({
  poll_timeout: wholeNumber(0, 3600, "seconds").default(30),
  loop_sleep_sec: seconds(0).default(1),
  delete_webhook_on_start: flag().default(true),
  drop_pending_updates: flag().default(false),
  ignore_pending_updates_on_start: flag().default(false),
  require_mcp_warmup: flag().default(true),
  cancel_wait_timeout_sec: seconds(0.1).default(5),
});

/**
 * Telegram names about one message a second in a private chat and twenty a minute in a group; with
 * these defaults a group gets at most 19 calls in the 20 seconds and the minute that Telegram's
 * counters were seen to look at.
 */
const pace = table({
  private_burst: wholeNumber(1, 100, "messages").default(3),
  private_gap_seconds: seconds(0.01).default(1.2),
  private_refresh_seconds: seconds(0.1).default(3),
  group_burst: wholeNumber(1, 100, "messages").default(2),
  group_gap_seconds: seconds(0.01).default(3.5),
  group_refresh_seconds: seconds(0.1).default(6),
  collect_seconds: seconds(0).default(1.2),
  retry_seconds: seconds(0.1).default(1),
});

const telegram = table({
  allowed_users: list(identifier("a user id, such as 123456789", /^[1-9]\d*$/)).default([]),
  allowed_chats: list(identifier("a chat id, such as -1001234567890", /^-?[1-9]\d*$/)).default([]),
  group_trigger: choice(GROUP_TRIGGERS).default("mention"),
  approval_timeout_minutes: minutes(0.05, 1440).default(60),
  api_root: serverAddress().default("https://api.telegram.org"),
  polling: polling.prefault({}),
  pace: pace.prefault({}),
});

const codex = table({
  backend: choice(BACKENDS).default("auto"),
  command: text(),
  app_server_command: text(),
  app_server_args: programArguments(),
  mcp_command: text(),
  mcp_args: programArguments(),
  mcp_client_timeout_seconds: wholeNumber(1, LONGEST_SECONDS, "seconds").default(360_000),
  turn_timeout_seconds: wholeNumber(1, LONGEST_SECONDS, "seconds").default(3600),
  turn_idle_timeout_seconds: wholeNumber(1, LONGEST_SECONDS, "seconds").default(900),
  approval_policy: approvalPolicy().default("on-request"),
  sandbox: choice(SANDBOX_MODES).default("workspace-write"),
  max_review_rounds: wholeNumber(0, 20, "rounds").default(3),
  agent_model: text(),
  agent_working_directory: text(),
  env: list(variableName()).default([]),
  mcp_direct_status: flag().default(true),
  mcp_status_cmd: programArguments(),
  mcp_auto_detect_process: flag().default(false),
  allow_echo_executor: flag().default(false),
});

const runs = table({
  shutdown_grace_seconds: seconds(0).default(20),
  ask_after_minutes: wholeNumber(1, 43_200, "minutes").default(60),
});

const traces = table({
  keep_days: wholeNumber(1, 3650, "days").default(30),
});

/** One `[profiles.NAME]` table. */
export const PROFILE = table({
  model: text(),
  working_directory: text(),
  workingdirectory: text(),
  sandbox: choice(SANDBOX_MODES).optional(),
  approval_policy: approvalPolicy().optional(),
  app_server_url: appServerUrl(),
  app_server_token_env: variableName().optional(),
  reasoning_effort: text(),
  agents,
});

export const SETTINGS = table({
  telegram: telegram.prefault({}),
  codex: codex.prefault({}),
  runs: runs.prefault({}),
  traces: traces.prefault({}),
  profile: table({ default: text() }).prefault({}),
  profiles: z.record(z.string(), PROFILE, { error: "a table" }).default({}),
  agents,
});

/** conf.toml as read: keys as written there, defaults filled in, nothing merged yet. */
export type Settings = z.infer<typeof SETTINGS>;
export type AgentTable = z.infer<typeof agent>;
export type AgentsTable = z.infer<typeof agents>;
export type ProfileTable = z.infer<typeof PROFILE>;
