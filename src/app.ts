/** Puts the bot together: Telegram's front-end on the engine. */
import { TelegramConnection } from "./bot/connection.ts";
import { TelegramFrontEnd } from "./bot/telegram_front_end.ts";
import type { Config } from "./config/load.ts";
import { waitAtMost } from "./core/deadline.ts";
import { describeError } from "./core/errors.ts";
import type { Log } from "./core/log.ts";
import type { Orchestrator } from "./core/run/orchestrator.ts";
import { profileNamed } from "./core/session/settings.ts";
import { type FrontEnd, type HostEnvironment, type Runtime, runWithEngine } from "./runtime.ts";
import type { CodexMachines } from "./integrations/codex/create_backend.ts";
import { createTranscriber } from "./integrations/speech/transcribers.ts";
import { fetchUntraced } from "./integrations/telemetry/untraced.ts";

/**
 * Runs the bot until the signal aborts, then closes everything in reverse order.
 * @throws {UserFacingError} when it cannot start or Telegram refuses it for good
 */
export async function runApp(
  config: Config,
  host: HostEnvironment,
  signal: AbortSignal,
): Promise<void> {
  const untraced = await fetchUntraced(host.traced);
  const { telegram: settings } = config;
  await runWithEngine(config, host, (machines, { clock, log }) => {
    // Both need longer than the state.
    const codex = warmUp(machines, config, log, signal);
    const connection = new TelegramConnection({ settings, fetch: untraced, clock, log });
    if (!settings.polling.requireWarmup && !signal.aborted) connection.begin(signal);
    const telegram = { ...host, untraced, connection };
    return (runtime) => telegramOn(runtime, config, telegram, signal, codex);
  });
}

interface BotEnvironment extends HostEnvironment {
  readonly connection: TelegramConnection;
  /** Hands the addresses of its calls, which hold the token, to nobody else. */
  readonly untraced: typeof globalThis.fetch;
}

function telegramOn(
  runtime: Runtime,
  config: Config,
  host: BotEnvironment,
  signal: AbortSignal,
  { found, warm }: WarmUp,
): FrontEnd<void> {
  const { state, recorder, sessionService, machines, inbox, newRunId, clock, log, redactor } =
    runtime;
  const frontEnd = new TelegramFrontEnd({
    connection: host.connection,
    settings: config.telegram,
    stores: {
      updates: state.inbox,
      outbox: state.outbox,
      statusMessages: state.statusMessages,
      approvals: state.approvals,
      planMessages: state.planMessages,
      editOffers: state.editOffers,
      programMessages: state.programMessages,
      preferences: state.preferences,
      attachments: inbox,
      waitingAttachments: state.waitingAttachments,
      takeDamage: () => state.takeDamage(),
    },
    core: {
      sessionService,
      records: recorder,
      echo: () => machines.codexOn(undefined).kind === "echo",
    },
    fetch: host.untraced,
    transcriber: createTranscriber(
      { ...config.voice, model: config.voice.model ?? "whisper-1" },
      { environment: host.variables, start: host.start, fetch: host.untraced },
    ),
    newId: newRunId,
    redact: redactor.forPeople,
    clock,
    log,
  });
  const serve = async (engine: Orchestrator): Promise<void> => {
    const drained = drainOn(signal, engine, runtime, config);
    // Cannot reject.
    void found.then(() => prepareFolder(runtime, config, signal));
    if (config.telegram.polling.requireWarmup) await warm;
    if (!signal.aborted) await frontEnd.run(engine, drained, found);
  };
  return {
    chat: frontEnd.chat,
    announce: (announcement) => frontEnd.announce(announcement),
    run: serve,
    close: () => frontEnd.close(),
  };
}

/**
 * Keeps serving people until the running turns have ended, since questions may still be answered.
 * @returns a signal that aborts then, some time after `signal`
 */
function drainOn(
  signal: AbortSignal,
  engine: Orchestrator,
  { machines, clock }: Runtime,
  config: Config,
): AbortSignal {
  const drained = new AbortController();
  const { shutdownGraceMs: graceMs } = config.runs;
  const drain = async (): Promise<void> => {
    // Sub-agents may work on when their requests are done.
    const agents = waitAtMost(clock, graceMs, machines.settled());
    await Promise.all([engine.close(graceMs), agents]);
    // While messages still go out.
    await machines.endAgents();
    drained.abort();
  };
  // Cannot reject: closing ends by itself or after its grace.
  signal.addEventListener("abort", () => void drain(), { once: true });
  return drained.signal;
}

/**
 * Makes ready the recording of the folder in which the last request worked: the next one works there,
 * more often than not. Its conversation is left alone until then, since nobody else could go on with it
 * once it is loaded. Does not reject.
 */
async function prepareFolder(
  { state, machines, log }: Runtime,
  { profiles }: Config,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { machine, workingDirectory } = profileNamed(
      profiles,
      state.runs.lastProfile() ?? profiles.default,
    );
    const codex = machines.codexOn(machine);
    // What has failed already is tried again by whoever needs it.
    if (machine !== undefined || signal.aborted || codex.health().lastError !== undefined) return;
    await codex.workspace?.prepare?.(workingDirectory);
  } catch (error) {
    log.debug("workspace.not-prepared", { error: describeError(error) });
  }
}

interface WarmUp {
  /** Resolves when it is known what Codex can do; what people send waits for that. */
  readonly found: Promise<void>;
  /** Resolves when Codex is ready, or does not start. */
  readonly warm: Promise<void>;
}

/**
 * Starts the Codex of this machine; others are connected to when somebody works there. A Codex that
 * does not start does not stop the bot, which tells people what is wrong. Neither promise rejects.
 */
function warmUp(
  machines: CodexMachines,
  config: Config,
  log: Log,
  signal: AbortSignal,
): WarmUp {
  const worksHere = [...config.profiles.all.values()].some(({ machine }) => machine === undefined);
  if (!worksHere) return { found: Promise.resolve(), warm: Promise.resolve() };
  const warm = machines.codexOn(undefined).start(signal).catch((error) => {
    if (!signal.aborted) log.error("codex.not-ready", { error: describeError(error) });
  });
  return { found: machines.found(), warm };
}
