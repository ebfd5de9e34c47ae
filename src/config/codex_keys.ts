/** Declares the keys of `[codex]`: how Codex is found, started and asked, and what runs may use. */
import { GOAL_POLICIES } from "../core/codex/goal.ts";
import { checks, EXAMPLE_CHECKS } from "./checks.ts";
import { PLAN_APPROVALS } from "../core/run/plan.ts";
import { group, key, table } from "./declaration.ts";
import {
  approvalPolicy,
  choice,
  flag,
  inMilliseconds,
  list,
  LONGEST_SECONDS,
  MINUTE_MS,
  minutes,
  programArguments,
  retiredPolicy,
  SANDBOX_MODES,
  SECOND_MS,
  text,
  variableName,
  wholeNumber,
} from "./value_kinds.ts";

export const codex = table({
  backend: key("backend", {
    value: choice(["auto", "app-server", "mcp", "echo"]),
    default: "auto",
    comment:
      `How to talk to Codex: "app-server", "mcp" (Codex up to 0.153), "echo" (no Codex at all,
      for a look around), or "auto": app-server where this Codex has it, else mcp.`,
  }),
  command: key("command", {
    value: text(),
    example: "codex",
    comment: "The Codex program: a name in PATH, or a path.",
  }),
  appServerCommand: key("app_server_command", {
    value: text(),
    example: "codex",
    comment: `Only needed if a server is not started by "command" and one argument. Arguments are a
      list, or one text that is split as a shell would split it.`,
  }),
  appServerArguments: key("app_server_args", {
    value: programArguments(),
    example: ["app-server"],
  }),
  mcpCommand: key("mcp_command", { value: text(), example: "codex" }),
  mcpArguments: key("mcp_args", { value: programArguments(), example: "mcp-server" }),
  limits: group({
    mcpClientTimeoutMs: key("mcp_client_timeout_seconds", {
      value: inMilliseconds(wholeNumber(1, LONGEST_SECONDS, "seconds"), SECOND_MS),
      default: 360_000,
      comment: "Longest time in seconds for one call to the mcp server.",
    }),
    turnTimeoutMs: key("turn_timeout_seconds", {
      value: inMilliseconds(wholeNumber(1, LONGEST_SECONDS, "seconds"), SECOND_MS),
      default: 3600,
      comment:
        `A turn is stopped when it takes longer than this, in seconds, not counting the time in
      which it waits for your answer, ...`,
    }),
    turnIdleTimeoutMs: key("turn_idle_timeout_seconds", {
      value: inMilliseconds(wholeNumber(1, LONGEST_SECONDS, "seconds"), SECOND_MS),
      default: 900,
      comment: "... or when Codex has reported nothing for this long.",
    }),
    reconnectMs: key("reconnect_seconds", {
      value: inMilliseconds(wholeNumber(1, LONGEST_SECONDS, "seconds"), SECOND_MS),
      default: 600,
      comment:
        `How long in seconds another machine (app_server_url of a profile) is looked for when the
      connection to it broke while it worked. The work goes on there and is taken up again.`,
    }),
  }),
  approvalPolicy: key("approval_policy", {
    value: approvalPolicy(),
    default: "on-request",
    comment:
      `When Codex asks you before it acts: "untrusted" (nearly always), "on-request", "never".`,
    warn: retiredPolicy,
  }),
  sandbox: key("sandbox", {
    value: choice(SANDBOX_MODES),
    default: "workspace-write",
    comment: `What its commands may do: "read-only", "workspace-write", "danger-full-access".`,
  }),
  maxReviewRounds: key("max_review_rounds", {
    value: wholeNumber(0, 20, "rounds"),
    default: 3,
    comment: "Most reviews in one plan run; 0 = no review.",
  }),
  checks: key("checks", {
    value: checks(),
    example: EXAMPLE_CHECKS,
    comment:
      `Commands that prove the work, for profiles that name no checks of their own: run one after
      another in Codex's sandbox after each turn of the developer that changed something. A failing
      one sends the work back and is never approved. "timeout" is in seconds, 600 without it.
      In the chat, /checks proposes what the project offers.`,
  }),
  planApproval: key("plan_approval", {
    value: choice(PLAN_APPROVALS),
    default: "auto",
    comment:
      `What a plan run does with its plan: "auto" shows it and begins, "ask" waits for your Go. In the
      chat, /plan overrides it for one session.`,
  }),
  planQuestionMs: key("plan_question_minutes", {
    value: inMilliseconds(minutes(0.05, 1440), MINUTE_MS),
    default: 10,
    comment:
      `Minutes that an open question of a plan waits for your answer; then the agents decide and say
      so. Never longer than telegram.approval_timeout_minutes.`,
  }),
  goals: key("goals", {
    value: choice(GOAL_POLICIES),
    default: "ask",
    comment:
      `Goals, on which Codex works turn after turn without a further word from you. /goal sets one.
      One that Codex sets itself: "ask" pauses it and asks you, "on" lets it go on; "off" takes goals
      away from Codex.`,
  }),
  maxRunTokens: key("max_run_tokens", {
    value: wholeNumber(1, 1_000_000_000, "tokens"),
    example: 2_000_000,
    comment:
      `Tokens that one plan run may use, all its stages together. When they are used up, no further
      stage begins and the run ends without an approval. Without it: no limit.`,
  }),
  maxRunMinutes: key("max_run_minutes", {
    value: wholeNumber(1, 10_000, "minutes"),
    example: 60,
    comment: "The same for its time.",
  }),
  agentModel: key("agent_model", {
    value: text(),
    example: "gpt-5",
    comment:
      `Model of every agent that names no other; without it, Codex's own default. In the chat,
      /model and /effort override this file for one session.`,
  }),
  agentWorkingDirectory: key("agent_working_directory", {
    value: text(),
    example: "~/projects/example",
    comment:
      "Folder in which Codex works, for profiles that name no other; without it, your home folder.",
  }),
  environmentNames: key("env", {
    value: list(variableName()),
    default: [],
    comment: "Further environment variables that Codex may see, by name.",
  }),
  directStatus: key("mcp_direct_status", {
    value: flag(),
    default: true,
    comment:
      `/status asks the Codex process itself. When false: the output of mcp_status_cmd, or with
      mcp_auto_detect_process a look at the running processes.`,
  }),
  statusCommand: key("mcp_status_cmd", {
    value: programArguments(),
    example: "codex-status --json",
  }),
  detectProcess: key("mcp_auto_detect_process", { value: flag(), default: false }),
  echo: key("allow_echo_executor", {
    value: flag(),
    default: false,
    comment: `The same as backend = "echo"; kept for older configurations.`,
  }),
});
