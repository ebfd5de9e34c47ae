/** Files of requests on another machine, whose clock may be another one. */
import assert from "node:assert/strict";
import { type Ask, readAnswer } from "../../../src/integrations/codex/app_server/answers.ts";
import { MachineFiles } from "../../../src/integrations/codex/app_server/files.ts";
import { z } from "../../../src/core/schema.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const PARAMS = z.object({ path: z.string() });

/** A machine with a clock of its own, and files by the time of their last change. */
class Machine {
  readonly files = new Map<string, number>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  async keep(name: string): Promise<void> {
    const log = new RecordingLog();
    const ask: Ask = (method, params) =>
      Promise.resolve(readAnswer(method, this.#answer(method, params)));
    const files = new MachineFiles({
      machine: "wss://build",
      ready: () =>
        Promise.resolve({
          introduction: { codexHome: "/codex" },
          request: (method, params) => Promise.resolve(this.#do(method, params)),
          ask,
        }),
      log,
    });
    await files.keep({ chatId: "1", userId: "2" }, name, new Uint8Array());
    assert.deepEqual(log.lines, []);
  }

  #do(method: string, params: unknown): void {
    const name = nameIn(params);
    if (method === "fs/writeFile") this.files.set(name, this.#clock());
    if (method === "fs/remove") this.files.delete(name);
  }

  #answer(method: string, params: unknown): unknown {
    return method === "fs/readDirectory"
      ? { entries: [...this.files.keys()].map((fileName) => ({ fileName, isFile: true })) }
      : { isFile: true, modifiedAtMs: this.files.get(nameIn(params)) };
  }
}

function nameIn(params: unknown): string {
  return PARAMS.parse(params).path.split("/").at(-1) ?? "";
}

for (
  const [clock, behindMs] of [["our", 0], ["another", 20_000 * DAY_MS]] as const
) {
  Deno.test(`what a request brings to a machine with ${clock} time is there, and goes when it is old`, async () => {
    let day = 0;
    const machine = new Machine(() => Date.now() + day * DAY_MS - behindMs);
    await machine.keep("first.txt");
    assert.deepEqual([...machine.files.keys()], ["first.txt"]);
    day = 20;
    await machine.keep("second.txt");
    day = 31;
    await machine.keep("third.txt");
    assert.deepEqual([...machine.files.keys()], ["second.txt", "third.txt"]);
  });
}
