/** Tests random faults and kills: every update is handled, and each request once. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryUpdateStore, type StoreFault } from "../fakes/memory_update_store.ts";
import { ConfirmingTelegram, idOf, PollingProcess, update } from "./polling.ts";
import { diskFailure } from "../fakes/disk_failure.ts";

type Event =
  | { readonly type: "send"; readonly chatId: number }
  | { readonly type: "faults"; readonly faults: readonly StoreFault[]; readonly engine: boolean }
  | { readonly type: "wait"; readonly ms: number }
  | { readonly type: "kill"; readonly callsLeft: number }
  | { readonly type: "restart" };

const EVENT: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("send" as const), chatId: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("faults" as const),
      faults: fc.subarray<StoreFault>(
        ["store", "store-after-commit", "find", "pending", "attempted", "done"],
      ),
      engine: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("wait" as const),
      ms: fc.constantFrom(0, 1_000, 5_000, 40_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("kill" as const), callsLeft: fc.nat(6) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("restart" as const) }) },
);

/** Odd updates are requests, which the engine stores; even ones are commands that need no disk. */
class World {
  readonly telegram = new ConfirmingTelegram();
  readonly store = new MemoryUpdateStore();
  readonly clock = new FakeClock();
  /** Every handling; the engine itself would start a request only once. */
  readonly handled: number[] = [];
  readonly givenUp: number[] = [];
  engineIsFull = false;
  sent = 0;
  kills = 0;
  /** How many more calls of its store the process makes before it dies. */
  #callsLeft = Infinity;
  #process = this.#start();

  #start(): PollingProcess {
    this.#callsLeft = Infinity;
    const store = new Proxy(this.store, {
      get: (target, name): unknown => {
        if (this.#callsLeft-- <= 0) throw diskFailure("This process is dead");
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    return new PollingProcess(this.telegram, store, this.clock, {
      handle: (raw) => this.#handle(idOf(raw)),
      handleWithoutDisk: async (raw) => {
        if (idOf(raw) % 2 === 1) return "refused";
        await this.#handle(idOf(raw));
        return "handled";
      },
      onGivenUp: (raw) => {
        if (this.#callsLeft > 0) this.givenUp.push(idOf(raw));
        return Promise.resolve();
      },
    });
  }

  #handle(updateId: number): Promise<void> {
    if (this.#callsLeft <= 0) return Promise.reject(diskFailure("This process is dead"));
    const needsDisk = updateId % 2 === 1;
    if (needsDisk && this.engineIsFull) return Promise.reject(diskFailure("Full"));
    this.handled.push(updateId);
    return Promise.resolve();
  }

  async play(event: Event): Promise<void> {
    switch (event.type) {
      case "send":
        this.telegram.send(update(++this.sent, event.chatId + 1));
        return;
      case "faults":
        this.store.free();
        event.faults.forEach((fault) => this.store.faults.add(fault));
        this.engineIsFull = event.engine;
        return;
      case "wait":
        return await this.clock.advance(event.ms);
      case "kill":
        this.kills++;
        this.#callsLeft = event.callsLeft;
        return;
      case "restart":
        return await this.#restart();
    }
  }

  async recover(): Promise<void> {
    this.store.free();
    this.engineIsFull = false;
    if (this.#callsLeft !== Infinity) await this.#restart();
    await this.clock.advance(60_000);
    await this.#process.stop();
  }

  async #restart(): Promise<void> {
    this.kills++;
    this.#callsLeft = 0;
    await this.#process.stop();
    this.#process = this.#start();
  }
}

Deno.test("Poller loses nothing and doubles nothing, whatever fails and whenever it is killed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(EVENT, { minLength: 5, maxLength: 30 }), async (events) => {
      const world = new World();
      for (const event of events) await world.play(event);
      await world.recover();
      const ids = Array.from({ length: world.sent }, (_, index) => index + 1);
      assert.deepEqual(sortedOnce([...world.handled, ...world.givenUp]), ids);
      // A kill between handling and recording makes it two: nothing could be recorded in between.
      if (world.kills === 0) assert.equal(world.handled.length, ids.length);
      if (world.kills < 3) assert.deepEqual(world.givenUp, []);
      assert.deepEqual(world.store.pending(), []);
      assert.deepEqual(world.telegram.pending, []);
    }),
    { numRuns: 300 },
  );
});

function sortedOnce(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((one, other) => one - other);
}
