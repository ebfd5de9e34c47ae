/** Has configurations read in a worker. */
import type { CommandReport } from "../command_messages.ts";
import type {
  ConfigurationAnswer,
  ConfigurationOrder,
  Configurator,
  ReadingOrder,
} from "./configuring.ts";

/** Is handed a worker that reads configurations, beside running a command perhaps. */
export class WorkerConfigurator implements Configurator {
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #template = Promise.withResolvers<string>();
  readonly #answer = Promise.withResolvers<ConfigurationAnswer>();

  constructor(worker: Worker) {
    this.#worker = worker;
    const waiting = [this.#ready, this.#template, this.#answer];
    // Whoever waits for one of them is told; the others wait for nothing.
    for (const { promise } of waiting) promise.catch(() => {});
    worker.addEventListener(
      "message",
      ({ data }: MessageEvent<CommandReport>) => this.#receive(data),
    );
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      for (const { reject } of waiting) reject(new Error(event.message));
    });
  }

  async template(): Promise<string> {
    await this.#order({ type: "template" });
    return await this.#template.promise;
  }

  /** The worker is not needed any more: it reads one configuration. */
  async read(order: ConfigurationOrder): Promise<ConfigurationAnswer> {
    await this.#order({ type: "read", order });
    const answer = await this.#answer.promise;
    this.close();
    return answer;
  }

  close(): void {
    this.#worker.terminate();
  }

  async #order(order: ReadingOrder): Promise<void> {
    await this.#ready.promise;
    this.#worker.postMessage(order);
  }

  #receive(report: CommandReport): void {
    switch (report.type) {
      case "ready":
        return this.#ready.resolve();
      case "template":
        return this.#template.resolve(report.text);
      case "read":
        return this.#answer.resolve(report.answer);
      case "ended":
      case "launch":
        return;
    }
  }
}

/** Makes the worker when there is something to read: making one keeps its maker from anything else. */
export class LaterConfigurator implements Configurator {
  readonly #make: () => WorkerConfigurator;
  #made: WorkerConfigurator | undefined;

  constructor(make: () => WorkerConfigurator) {
    this.#make = make;
  }

  template(): Promise<string> {
    return this.#configurator.template();
  }

  read(order: ConfigurationOrder): Promise<ConfigurationAnswer> {
    return this.#configurator.read(order);
  }

  close(): void {
    this.#made?.close();
  }

  get #configurator(): WorkerConfigurator {
    return this.#made ??= this.#make();
  }
}
