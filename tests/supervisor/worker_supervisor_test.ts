import assert from "node:assert/strict";
import {
  type ApplicationEvents,
  type RunningApplication,
  WorkerSupervisor,
} from "../../src/supervisor/worker_supervisor.ts";
import type { CrashNote } from "../../src/supervisor/crash_record.ts";
import type { ApplicationOrder } from "../../src/supervisor/messages.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { applicationStart } from "./application_start.ts";

/** One life of a fake application. */
class Life implements RunningApplication {
  readonly orders: ApplicationOrder[] = [];
  terminated = false;
  /** Whether it answers pings. */
  alive = true;

  constructor(readonly events: ApplicationEvents) {}

  send(order: ApplicationOrder): void {
    this.orders.push(order);
    if (order.type === "ping" && this.alive) this.events.onReport({ type: "pong" });
  }

  terminate(): void {
    this.terminated = true;
  }

  received(type: ApplicationOrder["type"]): number {
    return this.orders.filter((order) => order.type === type).length;
  }
}

class Stage {
  readonly clock = new FakeClock();
  readonly log = new RecordingLog();
  readonly lives: Life[] = [];
  deaths = 0;
  readonly crashes: CrashNote[] = [];
  readonly supervisor = new WorkerSupervisor({
    onOrphans: () => this.deaths++,
    onCrash: (crash) => this.crashes.push(crash),
    clock: this.clock,
    log: this.log,
    launch: (events) => {
      const life = new Life(events);
      this.lives.push(life);
      return life;
    },
  });
  readonly end = this.supervisor.run(applicationStart("/state"));

  get life(): Life {
    const life = this.lives.at(-1);
    assert.ok(life !== undefined);
    return life;
  }

  async die(): Promise<void> {
    this.life.events.onReport({ type: "died", reason: "RangeError: beyond" });
    await settle();
  }
}

Deno.test("WorkerSupervisor starts the application once and ends with its code", async () => {
  const stage = new Stage();
  assert.equal(stage.life.received("start"), 1);
  stage.life.events.onReport({ type: "ready" });
  stage.life.events.onReport({ type: "ended", code: 75, reason: "refused" });
  assert.deepEqual(await stage.end, { code: 75 });
  assert.deepEqual(stage.crashes, [{ how: "ended", code: 75, reason: "refused" }]);
  assert.equal(stage.lives.length, 1);
  assert.equal(stage.life.terminated, false);
});

Deno.test("WorkerSupervisor treats an exit code without a reason as an end, not a crash", async () => {
  const stage = new Stage();
  stage.life.events.onReport({ type: "ended", code: 1 });
  assert.deepEqual(await stage.end, { code: 1 });
  assert.deepEqual(stage.crashes, []);
});

Deno.test("WorkerSupervisor waits 1, 5 and 30 seconds between restarts, then gives up", async () => {
  const stage = new Stage();
  for (const [count, pauseMs] of [[2, 1_000], [3, 5_000], [4, 30_000]] as const) {
    await stage.die();
    await stage.clock.advance(pauseMs - 1);
    assert.equal(stage.lives.length, count - 1);
    await stage.clock.advance(1);
    assert.equal(stage.lives.length, count);
    assert.equal(stage.life.received("start"), 1);
  }
  await stage.die();
  const { code, text } = await stage.end;
  assert.equal(code, 70);
  assert.match(text ?? "", /^codex-orchestrator: the program has failed 4 times in a row/);
  assert.deepEqual(stage.log.lines.map(({ message }) => message), Array(3).fill("program.restart"));
  const reason = "a fault, see program.fault in the log: RangeError: beyond";
  assert.deepEqual(stage.crashes, [
    ...Array(3).fill({ how: "restarted", reason }),
    { how: "gave-up", code: 70, reason },
  ]);
});

Deno.test("WorkerSupervisor forgets crashes after ten healthy minutes", async () => {
  const stage = new Stage();
  await stage.die();
  await stage.clock.advance(1_000);
  await stage.die();
  await stage.clock.advance(5_000);
  await stage.clock.advance(600_000);
  await stage.die();
  await stage.clock.advance(1_000);
  assert.equal(stage.lives.length, 4);
  stage.supervisor.stop();
  stage.life.events.onReport({ type: "ended", code: 0 });
  assert.equal((await stage.end).code, 0);
  assert.deepEqual(stage.crashes.map(({ how }) => how), Array(3).fill("restarted"));
});

Deno.test("WorkerSupervisor ends an application that leaves six pings unanswered", async () => {
  const stage = new Stage();
  await stage.clock.advance(3_600_000);
  assert.equal(stage.lives.length, 1);
  const [stuck] = stage.lives;
  assert.ok(stuck !== undefined && stuck.received("ping") > 300);
  stuck.alive = false;
  await stage.clock.advance(49_000);
  assert.equal(stuck.terminated, false);
  await stage.clock.advance(21_000);
  assert.equal(stuck.terminated, true);
  await stage.clock.advance(1_000);
  assert.equal(stage.lives.length, 2);
  stage.life.events.onReport({ type: "ended", code: 0 });
  await stage.end;
});

Deno.test("WorkerSupervisor passes a stop on, and a crash during it is the end", async () => {
  const stage = new Stage();
  stage.supervisor.stop();
  assert.equal(stage.life.received("stop"), 1);
  await stage.die();
  const { code, text } = await stage.end;
  assert.equal(code, 70);
  assert.match(text ?? "", /while it was ending/);
  assert.equal(stage.lives.length, 1);
});

Deno.test("WorkerSupervisor that is stopped early lets the application end by itself", async () => {
  const orders: string[] = [];
  const supervisor = new WorkerSupervisor({
    onOrphans: () => {},
    clock: new FakeClock(),
    log: new RecordingLog(),
    launch: ({ onReport }) => ({
      send: ({ type }): void => {
        orders.push(type);
        if (type === "stop") onReport({ type: "ended", code: 0 });
      },
      terminate: (): void => {},
    }),
  });
  supervisor.stop();
  assert.deepEqual(await supervisor.run(applicationStart("/state")), { code: 0 });
  assert.deepEqual(orders.slice(0, 2), ["start", "stop"]);
});

Deno.test("WorkerSupervisor.stop during a pause prevents the restart", async () => {
  const stage = new Stage();
  await stage.die();
  stage.supervisor.stop();
  assert.deepEqual(await stage.end, { code: 0 });
  assert.equal(stage.lives.length, 1);
});

Deno.test("WorkerSupervisor treats an application that cannot be launched as crashed", async () => {
  const clock = new FakeClock();
  const supervisor = new WorkerSupervisor({
    onOrphans: () => {},
    clock,
    log: new RecordingLog(),
    launch: () => {
      throw new Error("no rights");
    },
  });
  const end = supervisor.run(applicationStart("/state"));
  await clock.advance(36_000);
  const { code, text } = await end;
  assert.equal(code, 70);
  assert.match(text ?? "", /no rights/);
});

Deno.test("WorkerSupervisor reports when Codex or the application has ended", async () => {
  const stage = new Stage();
  stage.life.events.onReport({ type: "codex-ended" });
  assert.equal(stage.deaths, 1);
  await stage.die();
  assert.equal(stage.deaths, 2);
  stage.supervisor.stop();
  await stage.end;
});
