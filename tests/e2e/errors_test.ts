/** Errors end in something that helps: sentences and buttons that lead on, on real Codex. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { singleModeTest } from "./single_mode.ts";
import type { Stage, StageOptions } from "./stage.ts";
import { NEWEST } from "../support/codex_versions.ts";

const APP_SERVER: StageOptions = { codex: NEWEST, backend: "auto" };

const last = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText === text;

function buttonsOf({ buttons }: SeenMessage): string[] {
  return buttons.flat().map(({ text }) => text);
}

/** Asks for something at which the model's service answers so, and returns the failure. */
async function failing(stage: Stage, step: Step, times = 1): Promise<SeenMessage> {
  stage.model.script({ when: last("fail"), steps: [step], times });
  return await stage.ask("fail", /Failed: /);
}

singleModeTest(
  "a retired model is told without JSON, and offers others",
  APP_SERVER,
  async (stage) => {
    const body =
      '{"detail":"The \'gpt-old\' model is not supported when using Codex with a ChatGPT account."}';
    const failure = await failing(stage, { status: 400, body });
    assert.match(failure.text, /Failed: The 'gpt-old' model is not supported .* \/model/);
    assert.doesNotMatch(failure.text, /[{}"]/);
    assert.deepEqual(buttonsOf(failure), ["Choose model", "Retry"]);
    stage.world.press(stage.chat, failure.id, "Choose model");
    await stage.world.waitForMessage(
      stage.chat,
      ({ text, buttons }) => /^Model: /.test(text) && buttons.length > 1,
    );
    stage.world.press(stage.chat, failure.id, "Retry");
    await stage.reply(failure.replyTo ?? 0, /^ok: fail$/);
  },
);

singleModeTest("a word in an error leads nobody to log in", APP_SERVER, async (stage) => {
  const message = "Invalid value in input[3].output: 'HTTP 401 Unauthorized: not logged in'";
  const body = JSON.stringify({
    error: { message, type: "invalid_request_error", param: "input" },
  });
  const failure = await failing(stage, { status: 400, body });
  assert.ok(failure.text.includes(message), failure.text);
  assert.doesNotMatch(failure.text, /codex login/);

  // The message of the failure says which request is meant.
  await stage.ask("something else", /^ok: /);
  const again = stage.world.send(stage.chat, { text: "/retry", replyTo: failure.id });
  await stage.reply(again.id, /^Running again: fail$/);
  await stage.reply(again.id, /^ok: fail$/);
});

singleModeTest("an error page is told by its title", APP_SERVER, async (stage) => {
  const body = "<html><head><title>503 Service Temporarily Unavailable</title></head></html>";
  const failure = await failing(stage, { status: 503, body });
  assert.match(failure.text, /503 Service Temporarily Unavailable/);
  assert.doesNotMatch(failure.text, /<|127\.0\.0\.1/);
  // Something in between knows nothing of the account.
  const check = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";
  const refused = await failing(stage, { status: 403, body: check });
  assert.match(refused.text, /did not answer properly: Just a moment\.\.\. \/retry/);
  await stage.ask("/language ko", /한국어/);
  stage.model.script({ when: last("fail"), steps: [{ status: 503, body }], times: 1 });
  await stage.ask(
    "fail",
    /^❌ 실패: 모델 서비스가 제대로 응답하지 않았습니다\. \/retry 로 .*503 Service/,
  );
  await stage.ask("/status", /최근 요청: 실패 .*: 모델 서비스가 제대로 응답하지 않았습니다/);
  await stage.ask("/retry", /^ok: fail$/);
});

singleModeTest(
  "a picture that the model refuses leaves the conversation",
  APP_SERVER,
  async (stage) => {
    await stage.ask("remember the colour blue", /ok: /);
    const error = {
      message: "No such picture",
      param: "input[5].content[1].image_url",
      code: null,
    };
    const failure = await failing(stage, { status: 400, body: JSON.stringify({ error }) });
    assert.match(failure.text, /does not take a picture.*goes on without it/);
    assert.deepEqual(buttonsOf(failure), ["Choose model"]);
    await stage.ask("and now?", /ok: /);
    const asked = stage.model.requests.at(-1);
    // A fresh thread that is told the conversation, but has no earlier turn of its own.
    assert.equal(asked?.userTexts.length, 1);
    assert.match(asked?.userTexts[0] ?? "", /remember the colour blue/);
  },
);

/** Lets the service answer one request that the limit is met; not before `until`. */
function limit(
  stage: Stage,
  resetsAt: number | undefined,
  until: Promise<unknown> = Promise.resolve(),
): void {
  stage.model.script({
    when: () => true,
    steps: [{ until, then: { status: 429, body: limitReached(resetsAt) } }],
    times: 1,
    headers: resetsAt === undefined ? {} : {
      "x-codex-primary-used-percent": "100",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": String(resetsAt),
    },
  });
}

/** Tells one request that the limit is reached, for so long after it has come. */
function limitFor(stage: Stage, seconds: number): void {
  let resetsAt = 0;
  stage.model.script({
    when: () => true,
    times: 1,
    steps: () => {
      resetsAt = secondsFromNow(seconds);
      return [{ status: 429, body: limitReached(resetsAt) }];
    },
    headers: {
      "x-codex-primary-used-percent": "100",
      "x-codex-primary-window-minutes": "300",
      get "x-codex-primary-reset-at"(): string {
        return String(resetsAt);
      },
    },
  });
}

function limitReached(resetsAt: number | undefined): string {
  return JSON.stringify({
    error: { type: "usage_limit_reached", message: "limit", plan_type: "pro", resets_at: resetsAt },
  });
}

const HOUR_S = 3_600;

function secondsFromNow(seconds: number): number {
  return Math.ceil(Date.now() / 1000) + seconds;
}

singleModeTest(
  "a usage limit holds what waits, over a restart, until somebody resumes",
  APP_SERVER,
  async (stage) => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    limit(stage, secondsFromNow(2 * HOUR_S), until);
    const first = stage.say("first");
    await stage.model.received(last("first"));
    const [second, third] = [stage.say("second"), stage.say("third")];
    await stage.reply(third, /Queued · 2nd/);
    release();
    const failure = await stage.reply(first, /Failed: .*usage limit/);
    assert.match(failure.text, /Usage limit reached\. Continues at \d{4}-\d\d-\d\d \d\d:\d\d/);
    assert.match(failure.text, /Your other requests wait until then/);
    assert.ok(failure.entities.some(({ type }) => type === "date_time"));
    assert.deepEqual(buttonsOf(failure), ["Retry"]);
    const status = await stage.reply(second, /^⏸ Usage limit reached\. Continues at /);
    assert.deepEqual(buttonsOf(status), ["Resume now", "Drop"]);
    const waiting = await stage.reply(third, /^⏸ Usage limit reached\.[\s\S]*⏳ Queued · next$/);
    stage.world.press(stage.chat, waiting.id, "Drop");
    await stage.reply(third, /Stopped/);
    await stage.ask("/queue", /Held: Usage limit reached[\s\S]*second/);
    await stage.ask("/status", /Now: Usage limit reached/);
    assert.equal(stage.model.requests.length, 1);

    await stage.restart();
    await stage.reply(second, /^⏸ Usage limit reached\. Continues at /);
    const again = stage.world.send(stage.chat, { text: "/retry", replyTo: failure.id });
    await stage.reply(again.id, /^Queued again: first\nUsage limit reached\. Continues at /);
    stage.world.press(stage.chat, status.id, "Resume now");
    await stage.reply(second, /^ok: second$/);
    await stage.reply(again.id, /^ok: first$/);
  },
);

singleModeTest(
  "a held queue goes on by itself when the limit has reset, and says so",
  APP_SERVER,
  async (stage) => {
    limitFor(stage, 8);
    const [first, second] = [stage.say("first"), stage.say("second")];
    await stage.reply(first, /Failed: .*usage limit/);
    await stage.reply(second, /^⏸ Usage limit reached\./);
    await stage.reply(second, /The usage limit has reset\. Your queued requests continue\./);
    await stage.reply(second, /^ok: second$/);
  },
);

singleModeTest(
  "a usage limit without a time holds until somebody resumes, and /retry means what met it",
  APP_SERVER,
  async (stage) => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    limit(stage, undefined, until);
    const first = stage.say("first");
    await stage.model.received(last("first"));
    const [second, third] = [stage.say("second"), stage.say("third")];
    await stage.reply(third, /Queued · 2nd/);
    release();
    const failure = await stage.reply(first, /Failed: .*usage limit/);
    assert.match(failure.text, /Usage limit reached\. Codex names no time at which it ends\./);
    assert.match(failure.text, /Your other requests wait until you resume them/);
    await stage.reply(second, /^⏸ Usage limit reached\. Codex names no time/);
    await stage.ask("/queue", /Held: Usage limit reached\. Codex names no time[\s\S]*second/);
    await stage.restart();
    const held = await stage.reply(second, /^⏸ Usage limit reached\. Codex names no time/);
    assert.match(held.text, /Press Resume now when it has ended\.$/);
    assert.deepEqual(buttonsOf(held), ["Resume now", "Drop"]);
    const retry = stage.say("/retry");
    await stage.reply(
      retry,
      /^Queued again: first\n.* no time .*\nIt starts when you press Resume/,
    );
    assert.equal(stage.model.requests.length, 1);
    stage.world.press(stage.chat, held.id, "Resume now");
    await stage.reply(second, /^ok: second$/);
    await stage.reply(third, /^ok: third$/);
    await stage.reply(retry, /^ok: first$/);
    const { id } = stage.world.send(stage.chat, { text: "/retry", replyTo: second });
    await stage.reply(id, /Only the last request and failed ones/);
    await stage.ask("/retry", /^ok: first$/);
    assert.equal(stage.model.requests.filter(last("second")).length, 1);
  },
);
