/** A person sends more requests than a chat can be told of at Telegram's pace. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import assert from "node:assert/strict";
import { Presenter } from "../../../src/bot/presenter/presenter.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { showsTo } from "../../fakes/run_events.ts";
import { refusal } from "../../fakes/recording_api.ts";
import { presenterOn } from "../../fakes/presenter_on.ts";
import { CHAT, message, type Setup, setUp } from "../outbox/setup.ts";

const ANSWERED = {
  type: "run.finished",
  outcome: { status: "answered", answer: { text: "the answer" } },
  latencyMs: 1_000,
} as const;
const CANCELLED = { ...ANSWERED, outcome: { status: "cancelled" } } as const;

function run(number: number): Run {
  return {
    id: `${number}`.padStart(12, "0"),
    session: { chatId: `${CHAT}`, userId: "42" },
    prompt: "x",
    origin: { chatId: `${CHAT}`, messageId: number, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

/** The first is at work, fifty wait, and Telegram has been told of few of them. */
async function flooded(): Promise<
  Setup & { readonly presenter: Presenter; readonly show: ReturnType<typeof showsTo> }
> {
  const setup = setUp();
  const presenter = presenterOn({
    pace: { ...USUAL_PACE, statusAfterMs: 0 },
    ...setup,
  });
  const show = showsTo(presenter, setup.clock);
  show(run(0), { type: "run.started", mode: "single" });
  for (let number = 1; number <= 50; number++) {
    show(run(number), { type: "run.queued", position: number });
  }
  await setup.clock.advance(5_000);
  setup.api.calls.length = 0;
  return { ...setup, presenter, show };
}

async function close(
  { presenter, outbox, clock }: Awaited<ReturnType<typeof flooded>>,
): Promise<void> {
  presenter.close();
  const closed = outbox.close(0);
  await clock.advance(0);
  await closed;
}

function sent({ api }: Setup): string[] {
  return api.calls.filter(({ method }) => method === "sendMessage").map(({ what }) => what);
}

Deno.test("an answer does not wait behind what tells of requests that wait", async () => {
  const stage = await flooded();
  stage.show(run(0), ANSWERED);
  await stage.clock.advance(2_400);
  assert.equal(sent(stage)[0], "the answer");
  await close(stage);
});

Deno.test("a request whose turn comes is told of before those that wait, and once", async () => {
  const stage = await flooded();
  stage.show(run(40), { type: "run.started", mode: "single" });
  await stage.clock.advance(100_000);
  const [first = "", ...others] = sent(stage);
  assert.match(first, /Starting/);
  assert.equal(others.length + 1 + 4, 50);
  assert.doesNotMatch(others.join("\n"), /number 40 /);
  await close(stage);
});

Deno.test("nothing is told of a request that was dropped before its waiting was told", async () => {
  const stage = await flooded();
  for (let number = 1; number <= 50; number++) stage.show(run(number), CANCELLED);
  await stage.clock.advance(100_000);
  assert.deepEqual(sent(stage), []);
  await close(stage);
});

Deno.test("what tells of waiting is not dropped when Telegram asks for a pause, and is when the program ends", async () => {
  const { outbox, api, clock } = setUp();
  const waiting = { ...message("waiting"), label: "one" };
  api.failNext("sendMessage", refusal(429, "Too Many Requests", { retry_after: 1 }));
  const told = outbox.send(waiting, "waiting");
  await clock.advance(5_000);
  assert.equal((await told).status, "sent");
  for (const text of "abcd") void outbox.send(message(text), "reply");
  const untold = outbox.send({ ...waiting, label: "two" }, "waiting");
  const closed = outbox.close(60_000);
  assert.equal((await untold).status, "failed");
  await clock.advance(60_000);
  await closed;
});
