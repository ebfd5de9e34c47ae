/** The bot: Telegram's front-end on the engine, put together by hand. */
import { join } from "node:path";
import { TelegramFrontEnd } from "./bot/telegram_front_end.ts";
import type { Config } from "./config/config.ts";
import type { CodexBackend } from "./core/codex.ts";
import { describeError } from "./core/errors.ts";
import type { Log } from "./core/log.ts";
import type { Orchestrator } from "./core/orchestrator.ts";
import { type EngineRoom, type FrontEnd, runWithEngine, type Surroundings } from "./engine_room.ts";
import { InboxFiles } from "./integrations/files/inbox_files.ts";
import { untracedFetch } from "./integrations/telemetry/untraced_fetch.ts";

const DAY_MS = 24 * 60 * 60_000;

/**
 * Runs the program until the signal aborts, then lets go of everything in reverse order.
 * @throws {UserFacingError} when it cannot start or Telegram refuses it for good
 */
export async function runApp(
  config: Config,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  await runWithEngine(config, surroundings, (room) => telegramOn(room, config, signal));
}

function telegramOn(room: EngineRoom, config: Config, signal: AbortSignal): FrontEnd<void> {
  const { state, recorder, desk, backend, newRunId, ...commons } = room;
  const { log, redactor } = commons;
  const inbox = new InboxFiles({ folder: join(config.stateFolder, "inbox"), ...commons });
  const frontEnd = new TelegramFrontEnd({
    settings: config.telegram,
    store: state.inbox,
    outboxStore: state.outbox,
    statusMessages: state.statusMessages,
    questions: state.questions,
    preferences: state.preferences,
    attachments: inbox,
    waitingAttachments: state.waitingAttachments,
    fetch: untracedFetch(fetch),
    records: recorder,
    desk,
    takeDamage: () => state.takeDamage(),
    conceal: redactor.conceal,
    newId: newRunId,
    echo: () => backend.kind === "echo",
    ...commons,
  });
  const serve = async (engine: Orchestrator): Promise<void> => {
    const wound = woundUp(engine, config, signal);
    await warmUp(backend, config, log, signal);
    if (!signal.aborted) await frontEnd.run(engine, wound);
  };
  return {
    chat: frontEnd.chat,
    chores: [{ name: "inbox", everyMs: DAY_MS, work: () => inbox.prune() }],
    run: serve,
    close: () => frontEnd.close(),
  };
}

/**
 * People are heard until the running turns have ended: a question may still be answered.
 * @returns aborts when that is so, some time after `signal`
 */
function woundUp(engine: Orchestrator, config: Config, signal: AbortSignal): AbortSignal {
  const wound = new AbortController();
  const windUp = async (): Promise<void> => {
    await engine.close(config.runs.shutdownGraceMs);
    wound.abort();
  };
  // Cannot reject: closing ends by itself or by its grace.
  signal.addEventListener("abort", () => void windUp(), { once: true });
  return wound.signal;
}

/** A Codex that does not start is no reason to be silent: the bot says what is wrong with it. */
async function warmUp(
  backend: CodexBackend,
  config: Config,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const warm = backend.start(signal).catch((error) => {
    if (!signal.aborted) log.error("codex.not-ready", { error: describeError(error) });
  });
  if (config.telegram.polling.requireWarmup) await warm;
}
