/** Starts programs through the broker, as if they were started here. */
import type { ProgramSettings } from "../../../core/codex/codex_settings.ts";
import type { StartedProgram, StartProgram } from "../child_process.ts";
import type { BrokerOrder, BrokerReport, OutputName } from "./messages.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The port to the broker. */
export type BrokerPort = Pick<MessagePort, "postMessage"> & {
  onmessage: ((event: MessageEvent<BrokerReport>) => void) | null;
};

/** @param port used by nobody else */
export function brokeredStart(port: BrokerPort): StartProgram {
  const children = new Map<number, ChildHere>();
  let lastId = 0;
  port.onmessage = ({ data }) => {
    const child = children.get(data.id);
    child?.receive(data);
    if (child?.isOver === true) children.delete(data.id);
  };
  const send = (order: BrokerOrder): void => {
    // The bytes of a message are not used again here.
    if (order.type === "input") port.postMessage(order, [order.bytes.buffer]);
    else port.postMessage(order);
  };
  return ({ command, arguments: words }) => {
    const id = ++lastId;
    const child = new ChildHere(id, { command, arguments: words }, send);
    children.set(id, child);
    send({ type: "start", id, command, arguments: [...words] });
    return child.started;
  };
}

class ChildHere {
  readonly #id: number;
  readonly #program: ProgramSettings;
  readonly #send: (order: BrokerOrder) => void;
  readonly #started = Promise.withResolvers<StartedProgram>();
  readonly #exited = Promise.withResolvers<
    { readonly code: number; readonly signal: string | null }
  >();
  readonly #outputs: Readonly<Record<OutputName, Output>>;
  readonly #written: PromiseWithResolvers<void>[] = [];
  #ended = 0;
  #exit = false;

  constructor(id: number, program: ProgramSettings, send: (order: BrokerOrder) => void) {
    this.#id = id;
    this.#program = program;
    this.#send = send;
    const taken = (bytes: number): void => send({ type: "taken", id, bytes });
    this.#outputs = { stdout: new Output(taken), stderr: new Output(taken) };
  }

  get started(): Promise<StartedProgram> {
    return this.#started.promise;
  }

  /** Whether nothing more is to come. */
  get isOver(): boolean {
    return this.#exit && this.#ended === 2;
  }

  receive(report: BrokerReport): void {
    switch (report.type) {
      case "started":
        return this.#started.resolve(this.#process(report.pid));
      case "not-started":
        this.#exit = true;
        this.#ended = 2;
        return this.#started.reject(this.#failure(report));
      case "written": {
        const waiting = this.#written.shift();
        if (report.failure === undefined) return waiting?.resolve();
        return waiting?.reject(new Error(report.failure));
      }
      case "output":
        return this.#outputs[report.stream].add(report.bytes);
      case "output-end":
        this.#ended++;
        return this.#outputs[report.stream].end();
      case "exited":
        this.#exit = true;
        for (const { reject } of this.#written.splice(0)) reject(new Error("It has ended"));
        return this.#exited.resolve(report);
    }
  }

  #process(pid: number): StartedProgram {
    const id = this.#id;
    return {
      pid,
      stdin: new WritableStream<Bytes>({
        write: (bytes) => this.#write(bytes),
        close: () => this.#send({ type: "end-input", id }),
        abort: () => this.#send({ type: "end-input", id }),
      }),
      stdout: this.#outputs.stdout.stream,
      stderr: this.#outputs.stderr.stream,
      status: this.#exited.promise,
      kill: (signal) => this.#send({ type: "kill", id, signal }),
    };
  }

  async #write(bytes: Bytes): Promise<void> {
    if (this.#exit) throw new Error("It has ended");
    const written = Promise.withResolvers<void>();
    this.#written.push(written);
    this.#send({ type: "input", id: this.#id, bytes: bytes.slice() });
    await written.promise;
  }

  #failure({ why, message }: Extract<BrokerReport, { type: "not-started" }>): Error {
    const said = `${this.#program.command}: ${message}`;
    if (why === "missing") return new Deno.errors.NotFound(said);
    return why === "not-permitted" ? new Deno.errors.NotCapable(said) : new Error(message);
  }
}

/** The broker is told when so many bytes were taken; it waits for many more. */
const TELL_TAKEN = 64 * 1024;

/** Output as a stream; the broker is told what was taken, so that it waits for a slow reader. */
class Output {
  readonly stream: ReadableStream<Bytes>;
  readonly #waiting: Bytes[] = [];
  #more = Promise.withResolvers<void>();
  readonly #tellTaken: (bytes: number) => void;
  /** What was taken and the broker was not told of yet. */
  #untold = 0;
  #over = false;
  #cancelled = false;

  constructor(taken: (bytes: number) => void) {
    this.#tellTaken = taken;
    this.stream = new ReadableStream<Bytes>({
      pull: async (controller) => {
        while (this.#waiting.length === 0 && !this.#over) await this.#more.promise;
        const bytes = this.#waiting.shift();
        if (bytes === undefined) return controller.close();
        controller.enqueue(bytes);
        this.#taken(bytes.length);
      },
      cancel: () => {
        this.#taken(this.#waiting.splice(0).reduce((sum, { length }) => sum + length, 0));
        this.#over = true;
        this.#cancelled = true;
      },
    }, { highWaterMark: 0 });
  }

  add(bytes: Bytes): void {
    if (this.#cancelled) return this.#taken(bytes.length);
    this.#waiting.push(bytes);
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  #taken(bytes: number): void {
    this.#untold += bytes;
    if (this.#untold < TELL_TAKEN) return;
    this.#tellTaken(this.#untold);
    this.#untold = 0;
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers<void>();
  }
}
