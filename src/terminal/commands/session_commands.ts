/** /mode, /profile, /new, /status: what the next request works under. */
import { formatDuration } from "../../core/text/duration.ts";
import { developerSettings } from "../../core/session/settings.ts";
import type { StatusReport } from "../../core/run/engine.ts";
import type { Line } from "../text/styled_line.ts";
import type { Texts } from "../../texts/terminal_texts.ts";
import type { Command } from "./command.ts";
import { choice, facts, problem, said } from "./said.ts";

const MEANINGS = {
  single: "one developer answers at once",
  plan: "a selector decides; what deserves it is planned, developed and reviewed",
} as const;

export const mode: Command = {
  usage: "/mode [single|plan]",
  brief: "answer at once, or plan, develop and review",
  run: async ({ engine, session, args }) => {
    const wanted = args.toLowerCase();
    if (wanted === "single" || wanted === "plan") {
      await engine.setMode(session, wanted);
      return said(`The mode is ${wanted} from the next request on: ${MEANINGS[wanted]}.`);
    }
    if (wanted !== "") return problem("Usage: /mode single or /mode plan");
    const { session: { mode: used } } = await engine.status(session);
    return (["single", "plan"] as const).map((name) => choice(name, MEANINGS[name], name === used));
  },
};

export const profile: Command = {
  usage: "/profile [NAME]",
  brief: "which profiles there are, or use one",
  run: async ({ engine, session, args }) => {
    const list = async (): Promise<Line[]> => {
      const { profile: used } = await engine.status(session);
      return engine.profiles().all.map(({ name, workingDirectory, sandbox, approvalPolicy }) =>
        choice(name, `${workingDirectory}  ${sandbox}, ${approvalPolicy}`, name === used.name)
      );
    };
    if (args === "" || args.toLowerCase() === "list") return await list();
    const chosen = await engine.selectProfile(session, args);
    if (chosen === undefined) {
      return [...problem(`There is no profile "${args}". These exist:`), ...await list()];
    }
    const { name, workingDirectory } = chosen;
    return said(`The profile is ${name} from the next request on, in ${workingDirectory}.`);
  },
};

export const begin: Command = {
  usage: "/new",
  brief: "a new conversation, in plan mode with the default profile",
  run: async ({ engine, session, cancel }) => {
    const stopped = cancel({ all: true });
    await engine.reset(session);
    return [
      ...stopped,
      ...said("A new conversation begins: plan mode, the default profile, nothing chosen."),
    ];
  },
};

export const status: Command = {
  usage: "/status",
  brief: "session, what runs, Codex",
  run: async ({ engine, session, texts, clock }) => {
    const report = await engine.status(session);
    return facts([
      ...sessionFacts(report),
      ["Now", nowText(report, texts)],
      ["Queue", queueText(report)],
      ["Last run", lastRunText(report, texts, clock.now())],
      ...codexFacts(report),
    ]);
  },
};

type Fact = readonly [label: string, value: string];

function sessionFacts({ session, profile }: StatusReport): Fact[] {
  const { model = "Codex's own", reasoningEffort = "Codex's own" } = developerSettings(
    profile,
    session.mode,
  );
  return [
    ["Mode", session.mode],
    ["Profile", profile.name],
    ["Model", `${model}, effort ${reasoningEffort}`],
    ["Folder", profile.workingDirectory],
    ["Sandbox", `${profile.sandbox}, ${profile.approvalPolicy}`],
  ];
}

function nowText({ active }: StatusReport, texts: Texts): string {
  if (active === undefined) return "idle";
  const { stage, ageMs } = active;
  const name = stage === undefined ? texts.run.starting : texts.run.role[stage.role];
  const round = stage === undefined || stage.round === 0
    ? ""
    : ` · ${texts.run.round(stage.round)}`;
  return `${name}${round}, ${formatDuration(ageMs, texts)}`;
}

function queueText({ queued, awaitingConfirmation }: StatusReport): string {
  const parts = [
    ...(queued === 0 ? [] : [`${queued} waiting`]),
    ...(awaitingConfirmation === 0
      ? []
      : [`${awaitingConfirmation} waiting for your word (/continue, /drop)`]),
  ];
  return parts.join(", ") || "none";
}

function lastRunText({ session: { lastRun } }: StatusReport, texts: Texts, now: Date): string {
  if (lastRun === undefined) return "none";
  const age = formatDuration(now.getTime() - Date.parse(lastRun.endedAt), texts);
  const outcome = { ok: "ok", error: "failed", cancelled: "stopped" }[lastRun.status];
  const review = lastRun.reviewResult === undefined
    ? ""
    : `, review: ${lastRun.reviewResult.replaceAll("_", " ")}`;
  const error = lastRun.error === undefined ? "" : `: ${lastRun.error}`;
  return `${outcome} in ${formatDuration(lastRun.latencyMs, texts)}, ${age} ago${review}${error}`;
}

function codexFacts({ codex }: StatusReport): Fact[] {
  const version = codex.version === undefined ? "" : ` ${codex.version}`;
  const state = codex.ready ? "ready" : "not ready";
  return [
    ["Codex", `${codex.kind}${version}, ${state} (${codex.command})`],
    ...(codex.lastError === undefined ? [] : [["Last error", codex.lastError] as const]),
  ];
}
