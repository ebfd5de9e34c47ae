/** /model, /effort, /usage, /resume: what Codex offers, remembers and has used up. */
import type { RateLimitWindow, ThreadSummary } from "../../core/codex/codex_queries.ts";
import type { Choices } from "../../core/session/session_service.ts";
import { CodexError, describeError } from "../../core/errors.ts";
import {
  AS_PROFILE,
  changeModel,
  effortInUse,
  mayBeEffort,
  modelInUse,
  wantedModel,
} from "../../core/session/model_choice.ts";
import { developerSettings } from "../../core/session/settings.ts";
import { formatAge, formatDuration } from "../../core/text/duration.ts";
import { nearNames } from "../../core/text/near_names.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import type { Line } from "../text/styled_line.ts";
import type { Command, CommandContext } from "./command.ts";
import { choice, facts, problem, said } from "./said.ts";

const TITLE_LIMIT = 70;
const MINUTE_MS = 60_000;

export const model: Command = {
  usage: "/model [NAME]",
  brief: "which model works; profile = the profile's own",
  run: async ({ engine, sessionService, session, args }) => {
    const choices = await sessionService.choices(session);
    if (args === "") return modelList(choices);
    const wanted = wantedModel(args, choices, engine.profiles().all);
    if (wanted === undefined) {
      const near = nearNames(args, choices.models.map(({ slug }) => slug));
      const hint = near.length === 0 ? "/model shows them all" : `did you mean ${near.join(", ")}`;
      return problem(`There is no model "${args}": ${hint}.`);
    }
    const { choices: now, effortGone } = await changeModel(sessionService, session, wanted);
    const gone = effortGone === undefined
      ? ""
      : ` It has no effort "${effortGone}": that is what the profile says again.`;
    return said(`The model is ${modelText(now)} from the next request on.${gone}`);
  },
};

export const effort: Command = {
  usage: "/effort [NAME]",
  brief: "how hard the model thinks; profile = the profile's own",
  run: async ({ sessionService, session, args }) => {
    const choices = await sessionService.choices(session);
    const known = modelInUse(choices);
    const wanted = args.toLowerCase();
    if (wanted === "") {
      const used = effortInUse(choices, known);
      const listed = known?.efforts ?? [];
      return listed.length === 0
        ? said(`The effort is ${used ?? "Codex's own"}. /effort high takes another.`)
        : listed.map(({ name, description }) => choice(name, description, name === used));
    }
    if (!mayBeEffort(wanted, known)) return problem(`There is no effort "${args}" for this model.`);
    await sessionService.chooseEffort(session, wanted === AS_PROFILE ? undefined : wanted);
    const now = effortInUse(await sessionService.choices(session), known) ?? "Codex's own";
    return said(`The effort is ${now} from the next request on.`);
  },
};

function modelText(choices: Choices): string {
  const { model } = developerSettings(choices.profile, choices.session.mode);
  return model ?? modelInUse(choices)?.slug ?? "Codex's own";
}

function modelList(choices: Choices): Line[] {
  const used = modelInUse(choices);
  if (choices.models.length === 0) {
    const { modelsUnknown } = choices;
    const why = modelsUnknown === undefined ? "Codex tells of none" : describeError(modelsUnknown);
    return said(`The model is ${modelText(choices)}. There is no list to pick from: ${why}`);
  }
  return choices.models.map((each) => choice(each.slug, each.description, each === used));
}

export const usage: Command = {
  usage: "/usage",
  brief: "tokens of this conversation, limits of the account",
  run: async ({ sessionService, session, texts, clock }) => {
    const { session: tokens, limits, limitsUnknown } = await sessionService.usage(session);
    const count = (number: number): string => number.toLocaleString("en");
    const used: [string, string][] = tokens === undefined ? [["Tokens", "none yet"]] : [
      ["Input", `${count(tokens.inputTokens)}, ${count(tokens.cachedInputTokens)} from the cache`],
      ["Output", `${count(tokens.outputTokens)}, ${count(tokens.reasoningTokens)} for thinking`],
      ["Together", count(tokens.totalTokens)],
    ];
    const window = (each: RateLimitWindow | undefined): [string, string][] => {
      if (each === undefined) return [];
      const { usedPercent, windowMinutes, resetsAt } = each;
      const length = windowMinutes === undefined
        ? "Limit"
        : `Limit of ${formatDuration(windowMinutes * MINUTE_MS, texts)}`;
      const leftMs = resetsAt === undefined ? 0 : Date.parse(resetsAt) - clock.now().getTime();
      const reset = leftMs > 0 ? `, resets in ${formatDuration(leftMs, texts)}` : "";
      return [[length, `${Math.round(usedPercent)}% used${reset}`]];
    };
    const none = limitsUnknown === undefined
      ? "none to show: an API key or a model of your own has none"
      : describeError(limitsUnknown);
    const rows = [...window(limits?.primary), ...window(limits?.secondary)];
    return facts([...used, ...(rows.length === 0 ? [["Limits", none] as const] : rows)]);
  },
};

export const resume: Command = {
  usage: "/resume [NUMBER]",
  brief: "go on with an earlier conversation of this folder",
  run: async (context) => {
    const { sessionService, engine, session, args } = context;
    try {
      const threads = await sessionService.threads(session);
      if (args === "") return await threadList(threads, context);
      const { active, queued, awaitingConfirmation } = await engine.status(session);
      if (active !== undefined || queued > 0 || awaitingConfirmation > 0) {
        return problem("A request is at work or waits: wait for its end, or /cancel all.");
      }
      const wanted = threads[Number(args) - 1]?.id ?? args;
      const thread = await sessionService.resumeThread(session, wanted);
      if (thread === undefined) return problem("There is no such conversation: see /resume.");
      return said(`The next request goes on with: ${titleOf(thread)}`);
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      return problem(`Cannot look for earlier conversations: ${describeError(error)}`);
    }
  },
};

async function threadList(
  threads: readonly ThreadSummary[],
  { engine, session, clock, texts }: CommandContext,
): Promise<Line[]> {
  if (threads.length === 0) return said("Codex has no earlier conversation in this folder.");
  const { session: { developerThread } } = await engine.status(session);
  const now = clock.now().getTime();
  const rows = threads.map((thread, index) => {
    const age = formatAge(now - Date.parse(thread.updatedAt), texts);
    return choice(
      String(index + 1),
      `${titleOf(thread)}, ${age} ago`,
      thread.id === developerThread?.id,
    );
  });
  return [...rows, ...said("/resume NUMBER goes on with one of them.")];
}

function titleOf({ title }: ThreadSummary): string {
  return title === "" ? "(without words)" : withoutControls(onOneLine(title, TITLE_LIMIT));
}
