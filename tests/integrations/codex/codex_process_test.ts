import assert from "node:assert/strict";
import { CodexError } from "../../../src/core/errors.ts";
import type { ChildExit } from "../../../src/integrations/codex/child_process.ts";
import { CodexProcess, type Connection } from "../../../src/integrations/codex/codex_process.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

class FakeConnection implements Connection {
  readonly errorLines = ["error: out of cheese"];
  readonly #exit = Promise.withResolvers<ChildExit>();
  readonly exited = this.#exit.promise;
  answersPings = true;
  closes = 0;

  constructor(readonly pid: number) {}

  ping(): Promise<void> {
    return this.answersPings ? Promise.resolve() : new Promise(() => {});
  }

  die(): void {
    this.#exit.resolve({ code: 137, signal: "SIGKILL" });
  }

  close(): Promise<void> {
    this.closes++;
    this.#exit.resolve({ code: 0, signal: null });
    return Promise.resolve();
  }
}

interface Stage {
  readonly clock: FakeClock;
  readonly codex: CodexProcess<FakeConnection>;
  readonly made: FakeConnection[];
  readonly lost: string[];
  /** What the next connects come to; an empty list succeeds. */
  readonly failures: Error[];
}

function stage(): Stage {
  const clock = new FakeClock();
  const made: FakeConnection[] = [];
  const lost: string[] = [];
  const failures: Error[] = [];
  const codex = new CodexProcess<FakeConnection>({
    clock,
    log: new RecordingLog(),
    connect: () => {
      const failure = failures.shift();
      if (failure !== undefined) return Promise.reject(failure);
      const connection = new FakeConnection(made.length + 1);
      made.push(connection);
      return Promise.resolve(connection);
    },
    onLost: ({ pid }, reason) => lost.push(`${pid}: ${reason}`),
  });
  return { clock, codex, made, lost, failures };
}

Deno.test("CodexProcess.ready makes one connection for all who ask", async () => {
  const { codex, made } = stage();
  const [one, other] = await Promise.all([codex.ready(), codex.ready()]);
  assert.equal(one, other);
  assert.equal(await codex.ready(), one);
  assert.equal(made.length, 1);
  await codex.close();
});

Deno.test("CodexProcess starts again after a growing pause when the connection dies", async () => {
  const { codex, made, lost, clock } = stage();
  await codex.ready();
  for (const pauseMs of [500, 1_000, 2_000]) {
    const before = made.length;
    made.at(-1)?.die();
    await clock.advance(pauseMs - 1);
    assert.equal(made.length, before);
    await clock.advance(1);
    assert.equal(made.length, before + 1);
  }
  assert.deepEqual(lost[0], "1: Codex ended unexpectedly by SIGKILL: error: out of cheese");
  assert.equal(codex.health().restarts, 3);
  await codex.close();
});

Deno.test("CodexProcess begins with the shortest pause again after a healthy minute", async () => {
  const { codex, made, clock } = stage();
  await codex.ready();
  made.at(-1)?.die();
  await clock.advance(500);
  await clock.advance(60_000);
  made.at(-1)?.die();
  await clock.advance(500);
  assert.equal(made.length, 3);
  await codex.close();
});

Deno.test("CodexProcess never waits longer than half a minute between tries", async () => {
  const { codex, made, clock, failures } = stage();
  await codex.ready();
  failures.push(...Array.from({ length: 20 }, () => new CodexError("handshake", "no answer")));
  made[0]?.die();
  await clock.advance(500 + 1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 30_000);
  assert.equal(failures.length, 13);
  await clock.advance(30_000);
  assert.equal(failures.length, 12);
  await codex.close();
});

Deno.test("CodexProcess.ready does not wait out a pause", async () => {
  const { codex, made } = stage();
  await codex.ready();
  made[0]?.die();
  await settle();
  assert.equal((await codex.ready()).pid, 2);
  await codex.close();
});

Deno.test("CodexProcess leaves alone what a person has to mend, until somebody asks", async () => {
  const { codex, made, clock, failures } = stage();
  await codex.ready();
  failures.push(new CodexError("not-logged-in", "Codex is not logged in", { remedy: "Log in" }));
  made[0]?.die();
  await clock.advance(3_600_000);
  assert.equal(made.length, 1);
  assert.equal(codex.health().lastError, "Codex is not logged in. Log in");
  assert.equal((await codex.ready()).pid, 2);
  assert.equal(codex.health().lastError, undefined);
  await codex.close();
});

Deno.test("CodexProcess does not retry a first start by itself", async () => {
  const { codex, made, clock, failures } = stage();
  failures.push(new CodexError("handshake", "no answer"));
  await assert.rejects(codex.ready(), /no answer/);
  await clock.advance(3_600_000);
  assert.equal(made.length, 0);
  assert.equal((await codex.ready()).pid, 1);
  await codex.close();
});

Deno.test("CodexProcess restarts a connection that misses two checks in a row", async () => {
  const { codex, made, lost, clock } = stage();
  const first = await codex.ready();
  first.answersPings = false;
  await clock.advance(30_000 + 10_000);
  first.answersPings = true;
  await clock.advance(30_000);
  first.answersPings = false;
  await clock.advance(2 * (30_000 + 10_000) - 1);
  assert.equal(made.length, 1);
  await clock.advance(1);
  assert.equal(made.length, 2);
  assert.equal(first.closes > 0, true);
  assert.deepEqual(lost, ["1: Codex was restarted: it left 2 health checks unanswered"]);
  await codex.close();
});

Deno.test("CodexProcess.restart leaves a newer connection alone", async () => {
  const { codex, made } = stage();
  const first = await codex.ready();
  first.die();
  await settle();
  await codex.ready();
  await codex.restart("it is stuck", first);
  assert.equal(made.length, 2);
  assert.equal(codex.health().pid, 2);
  await codex.close();
});

Deno.test("CodexProcess.health tells pid and age of the present process", async () => {
  const { codex, clock } = stage();
  assert.deepEqual(codex.health(), { running: false, ready: false, restarts: 0 });
  await codex.ready();
  await clock.advance(1_500);
  assert.deepEqual(codex.health(), {
    running: true,
    ready: true,
    restarts: 0,
    pid: 1,
    uptimeMs: 1_500,
  });
  await codex.close();
});

Deno.test("CodexProcess.close ends the connection for good, and leaves no timer", async () => {
  const { codex, made, lost, clock } = stage();
  await codex.ready();
  await codex.close();
  await codex.close();
  await clock.advance(3_600_000);
  assert.deepEqual([made.length, made[0]?.closes, lost], [1, 1, ["1: Codex was shut down"]]);
  assert.equal(clock.sleeping, 0);
  await assert.rejects(codex.ready(), /was shut down/);
});

Deno.test("CodexProcess.close takes down a connection that is just being made", async () => {
  const clock = new FakeClock();
  const late = Promise.withResolvers<FakeConnection>();
  const codex = new CodexProcess<FakeConnection>({
    clock,
    log: new RecordingLog(),
    connect: () => late.promise,
    onLost: () => {},
  });
  const ready = codex.ready();
  const closed = codex.close();
  const connection = new FakeConnection(1);
  late.resolve(connection);
  await assert.rejects(ready, /was shut down/);
  await closed;
  assert.equal(connection.closes, 1);
});
