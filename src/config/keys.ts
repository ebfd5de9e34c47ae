/**
 * Declares every key of conf.toml once: its name, what it accepts, its default, its warning, its
 * comment in conf.toml.example, and its name and unit in the program.
 *
 * Line breaks in comments do not matter: they are wrapped when conf.toml.example is written.
 */
import type { z } from "../core/schema.ts";
import { PLAN_APPROVALS } from "../core/run/plan.ts";
import { key, namedTables, table } from "./declaration.ts";
import { checks, EXAMPLE_CHECKS } from "./checks.ts";
import { codex } from "./codex_keys.ts";
import { pace } from "./pace_keys.ts";
import {
  approvalPolicy,
  appServerUrl,
  choice,
  flag,
  identifier,
  inMilliseconds,
  list,
  MINUTE_MS,
  minutes,
  programArguments,
  retiredPolicy,
  SANDBOX_MODES,
  SECOND_MS,
  seconds,
  serverAddress,
  text,
  variableName,
  webAddress,
  wholeNumber,
} from "./value_kinds.ts";

/** Telegram closes a longer poll by itself. */
const LONGEST_POLL_SECONDS = 50;

const DAY_MS = 24 * 60 * MINUTE_MS;
const MEGABYTE = 1_000_000;

const polling = table({
  pollTimeoutSeconds: key("poll_timeout", {
    value: wholeNumber(0, 3600, "seconds").transform((value) =>
      Math.min(value, LONGEST_POLL_SECONDS)
    ),
    default: 30,
    comment: `Seconds that Telegram may keep one request open while there is nothing new, at most
      ${LONGEST_POLL_SECONDS}.`,
    warn: (written) =>
      Number(written) > LONGEST_POLL_SECONDS
        ? `telegram.polling.poll_timeout is ${written}, more than Telegram allows: ` +
          `${LONGEST_POLL_SECONDS} is used`
        : undefined,
  }),
  loopSleepSeconds: key("loop_sleep_sec", {
    value: seconds(0),
    default: 1,
    comment:
      "Seconds to wait after a failed request before the next one; the wait grows from there.",
  }),
  deleteWebhookOnStart: key("delete_webhook_on_start", {
    value: flag(),
    default: true,
    comment: "Remove a webhook that another program has set: with one, no message arrives here.",
  }),
  dropPendingUpdates: key("drop_pending_updates", {
    value: flag(),
    default: false,
    comment:
      "Let Telegram throw away what was sent while the program was off, together with the webhook.",
  }),
  ignorePendingUpdatesOnStart: key("ignore_pending_updates_on_start", {
    value: flag(),
    default: false,
    comment: "Skip what was sent while the program was off.",
  }),
  requireWarmup: key("require_mcp_warmup", {
    value: flag(),
    default: false,
    comment:
      "Take no message until Codex has started and answers. By default, a request that comes sooner waits for it.",
  }),
  cancelWaitSeconds: key("cancel_wait_timeout_sec", {
    value: seconds(0.1),
    default: 5,
    comment: "Seconds that a cancelled turn may take to end by itself before Codex is restarted.",
  }),
});

const telegram = table({
  /** Empty = nobody. */
  allowedUsers: key("allowed_users", {
    value: list(identifier("a user id, such as 123456789", /^[1-9]\d*$/)),
    default: [],
    inForce: true,
    comment: `Who may use the bot: Telegram user ids, as numbers or in quotes. Nobody while the list
      is empty. "codex-orchestrator init" puts yours here. Or write to the bot: it answers with your
      id.`,
    warn: (written, file) =>
      Array.isArray(written) && written.length === 0
        ? "telegram.allowed_users is empty: nobody may use the bot. Write to the bot in Telegram, it " +
          `answers with your id; put that into ${file} and start again`
        : undefined,
  }),
  allowedChats: key("allowed_chats", {
    value: list(identifier("a chat id, such as -1001234567890", /^-?[1-9]\d*$/)),
    default: [],
    comment:
      `Groups in which these users may use it too, by their negative ids. To learn the id of a
      group, add the bot to it: the bot leaves again, and the log shows the id at telegram.left.`,
  }),
  groupTrigger: key("group_trigger", {
    value: choice(["mention", "all"]),
    default: "mention",
    comment:
      `What the bot answers to in a group: "mention" = commands, messages that name it with @,
      and replies to its messages; "all" = every message of these users. Telegram only hands it all
      messages if its privacy mode is off (@BotFather, /setprivacy, then add the bot again) or it is
      an administrator.`,
  }),
  approvalTimeoutMs: key("approval_timeout_minutes", {
    value: inMilliseconds(minutes(0.05, 1440), MINUTE_MS),
    default: 60,
    comment:
      "Minutes to wait for your answer to a question of Codex before it is denied, at most 1440.",
  }),
  /** Without a trailing slash. */
  apiRoot: key("api_root", {
    value: serverAddress(),
    default: "https://api.telegram.org",
    comment: "The address of your own Bot API server, if you run one.",
  }),
  polling,
  pace,
});

const runs = table({
  /** How long running turns may go on when the program is asked to end. */
  shutdownGraceMs: key("shutdown_grace_seconds", {
    value: inMilliseconds(seconds(0), SECOND_MS),
    default: 20,
    comment:
      `Seconds that running turns may go on when the program is asked to stop. What still runs
      then is interrupted, and the next start asks what should happen to it.`,
  }),
  /** A request that waited longer than this for the program is confirmed before it runs. */
  askAfterMs: key("ask_after_minutes", {
    value: inMilliseconds(wholeNumber(1, 43_200, "minutes"), MINUTE_MS),
    default: 60,
    comment:
      `Minutes: a request that has waited longer than this because the program was off does not
      run by itself; the chat asks whether it is still wanted.`,
  }),
  /** How long requests can be taken back. */
  undoMs: key("undo_days", {
    value: inMilliseconds(wholeNumber(1, 60, "days"), DAY_MS),
    default: 7,
    comment: "Days for which the changes of a request can be taken back.",
  }),
  /** What is kept for that. */
  undoBytes: key("undo_megabytes", {
    value: wholeNumber(10, 10_000_000, "megabytes").transform((count) => count * MEGABYTE),
    default: 2_000,
    comment: "Megabytes kept for that, of each folder; the older half goes when there is more.",
  }),
  /** What a request does in whose folder another conversation's request works. */
  folderConflicts: key("folder_conflicts", {
    value: choice(["wait", "beside"]),
    default: "wait",
    comment:
      `When two conversations work in the same folder, or one inside of the other: "wait" runs their
      requests one after another, "beside" at the same time. Then their changes are mixed, and both
      say so.`,
  }),
});

const traces = table({
  keepDays: key("keep_days", {
    value: wholeNumber(1, 3650, "days"),
    default: 30,
    comment: "Days to keep the files in traces/.",
  }),
});

const voice = table({
  command: key("command", {
    value: programArguments(),
    example: ["whisper-to-text", "{file}"],
    comment:
      `A program of this machine that prints what is said in an audio file; "{file}" stands for
      the file, which is put at the end where it is not named. Telegram records Ogg/Opus.`,
  }),
  endpoint: key("endpoint", {
    value: webAddress(),
    example: "http://127.0.0.1:8000/v1/audio/transcriptions",
    comment: `Or an endpoint that works as OpenAI's. Recordings are sent there.`,
  }),
  model: key("model", { value: text(), example: "whisper-1" }),
  apiKeyVariable: key("api_key_env", {
    value: variableName(),
    example: "VOICE_API_KEY",
    comment: "The environment variable with its key, if it needs one.",
  }),
  timeoutMs: key("timeout_seconds", {
    value: inMilliseconds(seconds(1), SECOND_MS),
    default: 120,
    comment: "Longest time in seconds for one recording.",
  }),
}, {
  comment: `Voice messages become requests when one of these is set: the words are shown to you, and
    then run. Nothing listens without it.`,
});

const agent = table({
  model: key("model", { value: text(), example: "gpt-5" }),
  reasoningEffort: key("reasoning_effort", { value: text(), example: "medium" }),
  systemPrompt: key("system_prompt", {
    value: text(),
    example: "You are a careful developer.",
  }),
  systemPromptFile: key("system_prompt_file", {
    value: text(),
    aliases: ["system_prompt_path"],
    example: "prompts/developer.md",
    comment: `The file wins over system_prompt ("system_prompt_path" is understood as well).`,
  }),
});

const agentsByRole = { selector: agent, planner: agent, developer: agent, reviewer: agent };
const agents = table({
  ...agentsByRole,
  single: table(agentsByRole),
  plan: table(agentsByRole),
}, {
  comment: `Agents. Each setting of an agent is looked for in this order:
    [profiles.NAME.agents.plan.ROLE], [profiles.NAME.agents.single.ROLE],
    [profiles.NAME.agents.ROLE], then the same three under [agents]. The model then comes from the
    profile and from [codex], the effort from the profile (the selector's is "low"), instructions
    from the program. In single mode the "plan" tables are left out. Every agent knows the same keys:`,
  examples: [
    {
      path: "single.developer",
      keys: { model: {}, reasoning_effort: {}, system_prompt: {}, system_prompt_file: {} },
    },
    {
      path: "plan.selector",
      comment: "Decides between a single run and a plan run.",
      keys: { reasoning_effort: { value: "low" } },
    },
    { path: "plan.planner", keys: { reasoning_effort: { value: "high" } } },
    { path: "plan.developer", keys: { model: {} } },
    { path: "plan.reviewer", keys: { reasoning_effort: { value: "high" } } },
  ],
});

const profile = table({
  model: key("model", { value: text(), example: "gpt-5" }),
  workingDirectory: key("working_directory", {
    value: text(),
    aliases: ["workingdirectory"],
    example: "~/projects/example",
    comment: `"workingdirectory" is understood as well.`,
  }),
  sandbox: key("sandbox", { value: choice(SANDBOX_MODES), example: "workspace-write" }),
  approvalPolicy: key("approval_policy", {
    value: approvalPolicy(),
    example: "on-request",
    warn: retiredPolicy,
  }),
  planApproval: key("plan_approval", { value: choice(PLAN_APPROVALS), example: "ask" }),
  reasoningEffort: key("reasoning_effort", {
    value: text(),
    example: "medium",
    comment: `As Codex names it: "minimal", "low", "medium", "high", ...`,
  }),
  checks: key("checks", {
    value: checks(),
    example: EXAMPLE_CHECKS,
    comment: `What proves the work in this folder; [] = nothing.`,
  }),
  appServerUrl: key("app_server_url", {
    value: appServerUrl(),
    example: "unix:///run/user/1000/build-codex.sock",
  }),
  appServerTokenEnv: key("app_server_token_env", {
    value: variableName(),
    example: "BUILD_CODEX_TOKEN",
    comment:
      `Name of the environment variable that holds the token of a "wss://" or "ws://" address.
      The token itself belongs into .env.`,
  }),
  agents,
});

const profiles = namedTables(profile, {
  examples: [
    {
      path: "default",
      keys: {
        model: {},
        working_directory: {},
        sandbox: {},
        approval_policy: {},
        plan_approval: {},
        reasoning_effort: {},
        checks: {},
      },
    },
    {
      path: "build",
      comment: `A profile whose Codex works on another machine, where "codex app-server --listen"
        runs: docs/remote-machines.md. Addresses are "unix:///path/to.sock" (as ssh forwards it),
        "wss://host:port", and "ws://127.0.0.1:port" for this machine alone.`,
      keys: {
        app_server_url: {},
        app_server_token_env: {},
        working_directory: {
          value: "/srv/example",
          comment: "The folder there, as an absolute path.",
        },
      },
    },
  ],
});

const chosenProfile = table({
  default: key("default", {
    value: text(),
    example: "default",
    comment: `The profile of a new session ([profiles] default = "NAME" is understood as well).`,
  }),
}, {
  comment: `Profiles are chosen in the chat with /profile NAME, in upper or lower case. Without any,
    one named "default" is made of the settings above.`,
});

export const SETTINGS = table({
  telegram,
  codex,
  runs,
  traces,
  voice,
  profile: chosenProfile,
  profiles,
  agents,
}, {
  comment: `Settings of codex-orchestrator. Usual place: ~/.codex-orchestrator/conf.toml

    A line that begins with "#" directly before a key shows that key's default, or an example where
    there is no default; remove the "#" to set it. Paths may begin with "~"; relative ones begin at
    the folder of this file. The bot token does not belong here but into .env as TELEGRAM_BOT_TOKEN.`,
});

/** The profile that exists where none is written. */
export const EMPTY_PROFILE = profile.schema.parse({});

/** conf.toml as read: defaults filled in, nothing merged yet. */
export type Settings = z.output<typeof SETTINGS.schema>;
export type AgentSection = z.output<typeof agent.schema>;
export type AgentsSection = z.output<typeof agents.schema>;
export type ProfileSection = z.output<typeof profile.schema>;
