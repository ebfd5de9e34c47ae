/**
 * The launcher: the part of the program that the start gives every right. It runs no code of others.
 * Command lines are understood in a worker; what only this process may do, which is starting the
 * application with its rights, is done here. The usual start of the bot is understood here, too, and
 * waits for a smaller worker, which reads conf.toml and nothing else.
 */
import { secretsIn } from "../core/redaction/secrets.ts";
import { createRedactor } from "../core/redaction/redact.ts";
import { mayBeTraced } from "../integrations/telemetry/switched_on.ts";
import { withoutControls } from "../core/text/control_characters.ts";
import { failureOf } from "../supervisor/failure.ts";
import type { CommandOrder, CommandReport } from "./command_messages.ts";
import { commandRights, NO_RIGHTS } from "./command_rights.ts";
import { botStart } from "./commands/bot_start.ts";
import { launch } from "./launch/launch.ts";
import type { BotArguments, Launch } from "./launch/wanted.ts";
import { LaterConfigurator, WorkerConfigurator } from "./launch/worker_configurator.ts";
import { CommandError, type OwnProcess } from "./process.ts";

/** Runs the command line, and prints whatever is thrown. @returns the exit code */
export async function runLauncher(process: OwnProcess): Promise<number> {
  try {
    const bot = usualStart(process);
    return bot === undefined ? await runCommand(process) : await runBot(process, bot);
  } catch (error) {
    const { code, text } = failureOf(error);
    const { forLogs: masked } = createRedactor({ secrets: secretsIn(process.variables) });
    process.printError(`${masked(withoutControls(text))}\n`);
    return error instanceof CommandError ? error.exitCode : code;
  }
}

/**
 * Understands the usual start of the bot. With a variable of OpenTelemetry the worker of commands has
 * to see first whether the bot's token would be exported.
 */
function usualStart({ arguments: words, variables }: OwnProcess): BotArguments | undefined {
  return mayBeTraced(variables) ? undefined : botStart(words);
}

async function runBot(process: OwnProcess, bot: BotArguments): Promise<number> {
  const configurator = new LaterConfigurator(() => new WorkerConfigurator(configurationWorker()));
  try {
    return await launch(process, { type: "bot", ...bot }, configurator);
  } finally {
    configurator.close();
  }
}

function configurationWorker(): Worker {
  return new Worker(new URL("./launch/configuration_worker.ts", import.meta.url), {
    type: "module",
    name: "configuration",
    deno: { permissions: NO_RIGHTS },
  });
}

async function runCommand(process: OwnProcess): Promise<number> {
  const command = new CommandWorker(process, await commandRights(process));
  try {
    const end = await command.perform();
    if (typeof end === "number") return end;
    return await launch(process, end, command.configurator);
  } finally {
    command.configurator.close();
  }
}

class CommandWorker {
  readonly configurator: WorkerConfigurator;
  readonly #process: OwnProcess;
  readonly #worker: Worker;
  readonly #end = Promise.withResolvers<number | Launch>();

  constructor(process: OwnProcess, permissions: Deno.PermissionOptionsObject) {
    this.#process = process;
    this.#worker = new Worker(new URL("./command_worker.ts", import.meta.url), {
      type: "module",
      name: "command",
      deno: { permissions },
    });
    this.configurator = new WorkerConfigurator(this.#worker);
    // A failure after the command has ended is told to whoever has a configuration read.
    this.#end.promise.catch(() => {});
    this.#worker.addEventListener(
      "message",
      ({ data }: MessageEvent<CommandReport>) => this.#receive(data),
    );
    this.#worker.addEventListener("error", (event) => this.#end.reject(new Error(event.message)));
  }

  /** Runs the command to its end, or up to the application that it asks for. */
  async perform(): Promise<number | Launch> {
    return await this.#end.promise;
  }

  #order(order: CommandOrder): void {
    this.#worker.postMessage(order);
  }

  #receive(report: CommandReport): void {
    switch (report.type) {
      case "ready":
        return this.#begin();
      case "ended":
        return this.#end.resolve(report.code);
      case "launch":
        return this.#end.resolve(report.wanted);
      case "template":
      case "read":
        // Whoever has asked for it is told.
        return;
    }
  }

  #begin(): void {
    const { arguments: words, variables, workingDirectory, stop } = this.#process;
    const { version, releases, program } = this.#process;
    this.#order({
      type: "perform",
      process: { arguments: words, variables, workingDirectory, version, releases, program },
    });
    const end = (): void => this.#order({ type: "stop" });
    if (stop.aborted) end();
    else stop.addEventListener("abort", end, { once: true });
  }
}
