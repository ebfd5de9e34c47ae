/** Puts the chat together: the terminal's front-end on the engine. */
import { join } from "node:path";
import type { Config } from "./config/load.ts";
import type { CodexBackend } from "./core/codex/codex.ts";
import { type HostEnvironment, runWithEngine } from "./runtime.ts";
import { CHAT_LOG, openLogFile } from "./integrations/logging/log_file.ts";
import { createSystemTerminal, endingWithOutput } from "./integrations/terminal/system_terminal.ts";
import type { ChatEnd, ChatOptions } from "./terminal/chat_options.ts";
import { TerminalFrontEnd } from "./terminal/terminal_front_end.ts";

export type { ChatEnd, ChatOptions } from "./terminal/chat_options.ts";

/**
 * Runs the chat until the person leaves, the request is answered, or the signal aborts.
 * @throws {UserFacingError} when it cannot start
 */
export async function runChat(
  config: Config,
  options: ChatOptions,
  host: HostEnvironment,
  signal: AbortSignal,
): Promise<ChatEnd> {
  using log = await openLogFile(join(config.stateFolder, CHAT_LOG));
  // Where nobody can read on, nothing works on either.
  const { terminal, ended } = endingWithOutput(createSystemTerminal());
  const stop = AbortSignal.any([signal, ended]);
  const end = await runWithEngine(config, { ...host, write: log.write }, () => (runtime) => {
    const { machines, recorder, ...parts } = runtime;
    const backend = machines.codexOn(undefined);
    const frontEnd = new TerminalFrontEnd({
      ...parts,
      options,
      terminal,
      records: recorder,
      approvalTimeoutMs: config.telegram.approvalTimeoutMs,
      echo: () => backend.kind === "echo",
      ready: whatIsWrong(backend, stop),
      stop,
    });
    return {
      chat: frontEnd.chat,
      announce: (announcement) => frontEnd.announce(announcement),
      run: (engine) => frontEnd.run(engine),
      close: () => frontEnd.close(),
    };
  });
  ended.throwIfAborted();
  return end;
}

/** Starts Codex. @returns what keeps it from starting; undefined when it is ready */
async function whatIsWrong(
  backend: CodexBackend,
  signal: AbortSignal,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    await backend.start(signal);
    return undefined;
  } catch (error) {
    return signal.aborted ? undefined : { error };
  }
}
