/** How long what follows a turn waits for a machine that was lost a moment ago. */
import assert from "node:assert/strict";
import { CodexError, type CodexErrorKind } from "../../../src/core/errors.ts";
import { RecentLoss } from "../../../src/integrations/codex/app_server/recent_loss.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const LIMIT_MS = 10_000;

class Scene {
  readonly clock = new FakeClock();
  readonly closing = new AbortController();
  readonly loss = new RecentLoss({
    clock: this.clock,
    limitMs: LIMIT_MS,
    closing: this.closing.signal,
  });
  tries = 0;
  kind: CodexErrorKind | undefined = "unreachable";

  connect(): Promise<string> {
    return this.loss.outlast(() => {
      this.tries++;
      const { kind } = this;
      if (kind === undefined) return Promise.resolve("connected");
      const trouble = { kind: "unreachable", machine: "wss://build" } as const;
      return Promise.reject(new CodexError(kind, "Nobody answers", { trouble }));
    });
  }
}

Deno.test("a machine that was not lost just now is not waited for", async () => {
  const scene = new Scene();
  await assert.rejects(scene.connect(), /Nobody answers/);
  scene.loss.note();
  await scene.clock.advance(LIMIT_MS);
  await assert.rejects(scene.connect(), /Nobody answers/);
  assert.equal(scene.tries, 2);
});

Deno.test("a machine that was lost just now is waited for, until the limit", async () => {
  const scene = new Scene();
  scene.loss.note();
  const found = scene.connect();
  await scene.clock.advance(3_000);
  scene.kind = undefined;
  await scene.clock.advance(3_000);
  assert.equal(await found, "connected");
  scene.kind = "exited";
  const lost = assert.rejects(scene.connect(), /Nobody answers/);
  await scene.clock.advance(LIMIT_MS);
  await lost;
});

Deno.test("nobody waits where a person has to do something first, nor at the end of the program", async () => {
  const scene = new Scene();
  scene.loss.note();
  scene.kind = "refused";
  await assert.rejects(scene.connect(), /Nobody answers/);
  scene.kind = "unreachable";
  const closed = assert.rejects(scene.connect(), /Nobody answers/);
  await scene.clock.advance(1);
  scene.closing.abort();
  await closed;
});
