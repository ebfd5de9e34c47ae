/**
 * The launcher: the part of the program that the start gives every right. It runs no code of others.
 * Command lines are understood in a worker; what only this process may do, which is starting the
 * application with its rights, is done here.
 */
import { secretsIn } from "../core/redaction/secrets.ts";
import { createRedactor } from "../core/redaction/redact.ts";
import { withoutControls } from "../core/text/control_characters.ts";
import { failureOf } from "../supervisor/failure.ts";
import type { CommandOrder, CommandReport } from "./command_messages.ts";
import { commandRights } from "./command_rights.ts";
import type { ConfigurationAnswer, Configurator } from "./launch/configuring.ts";
import { launch } from "./launch/launch.ts";
import type { Launch } from "./launch/wanted.ts";
import { CommandError, type OwnProcess } from "./process.ts";

/** Runs the command line, and prints whatever is thrown. @returns the exit code */
export async function runLauncher(process: OwnProcess): Promise<number> {
  const command = new CommandWorker(process, await commandRights(process));
  try {
    const end = await command.perform();
    if (typeof end === "number") return end;
    return await launch(process, end, command);
  } catch (error) {
    const { code, text } = failureOf(error);
    const { forLogs: masked } = createRedactor({ secrets: secretsIn(process.variables) });
    process.printError(`${masked(withoutControls(text))}\n`);
    return error instanceof CommandError ? error.exitCode : code;
  } finally {
    command.close();
  }
}

class CommandWorker implements Configurator {
  readonly #process: OwnProcess;
  readonly #worker: Worker;
  readonly #template = Promise.withResolvers<string>();
  readonly #answer = Promise.withResolvers<ConfigurationAnswer>();
  readonly #end = Promise.withResolvers<number | Launch>();

  constructor(process: OwnProcess, permissions: Deno.PermissionOptionsObject) {
    this.#process = process;
    this.#worker = new Worker(new URL("./command_worker.ts", import.meta.url), {
      type: "module",
      name: "command",
      deno: { permissions },
    });
    // Whoever waits for one of them is told; the others wait for nothing.
    for (const { promise } of [this.#template, this.#answer, this.#end]) promise.catch(() => {});
    this.#worker.addEventListener(
      "message",
      ({ data }: MessageEvent<CommandReport>) => this.#receive(data),
    );
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message));
    });
  }

  /** Runs the command to its end, or up to the application that it asks for. */
  async perform(): Promise<number | Launch> {
    return await this.#end.promise;
  }

  async template(): Promise<string> {
    this.#order({ type: "template" });
    return await this.#template.promise;
  }

  /** The worker is not needed any more: it reads one configuration. */
  async read(order: Parameters<Configurator["read"]>[0]): Promise<ConfigurationAnswer> {
    this.#order({ type: "read", order });
    const answer = await this.#answer.promise;
    this.close();
    return answer;
  }

  close(): void {
    this.#worker.terminate();
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
        return this.#template.resolve(report.text);
      case "read":
        return this.#answer.resolve(report.answer);
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

  #fail(error: Error): void {
    for (const waiting of [this.#template, this.#answer, this.#end]) waiting.reject(error);
  }
}
