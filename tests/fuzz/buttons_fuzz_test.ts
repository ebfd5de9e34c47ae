import assert from "node:assert/strict";
import fc from "fast-check";
import type { ApprovalRequest } from "../../src/core/codex/approval.ts";
import type { QuestionRequest } from "../../src/core/codex/question.ts";
import type { Run } from "../../src/core/run/run.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { settle } from "../fakes/fake_clock.ts";
import { type BotStage, botStage, GROUP, OWNER, QUESTION_MESSAGE } from "./bot_stage.ts";
import { fuzz } from "./fuzz.ts";
import { damagedText, type TextDamage, textDamages } from "./text_damage.ts";

const RUN: Run = {
  id: "run",
  session: { chatId: String(GROUP), userId: String(OWNER) },
  prompt: "x",
  origin: { chatId: String(GROUP), messageId: 5, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};
const REQUEST: ApprovalRequest = {
  id: "0",
  kind: "command",
  threadId: "thread",
  turnId: "turn",
  itemId: "item",
  command: "rm -rf build",
};

/** Makes button data out of valid parts. */
type Data =
  | { readonly kind: "as it is" }
  | { readonly kind: "damaged"; readonly damages: readonly TextDamage[] }
  | { readonly kind: "before" | "behind" | "instead"; readonly text: string };

interface Press {
  readonly data: Data;
  readonly userId: number;
  readonly chatId: number;
  readonly messageId: number;
}

function dataOf(data: Data, valid: string): string {
  switch (data.kind) {
    case "as it is":
      return valid;
    case "damaged":
      return damagedText(valid, data.damages);
    case "before":
      return data.text + valid;
    case "behind":
      return valid + data.text;
    case "instead":
      return data.text;
  }
}

const otherText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^a:[A-Za-z0-9_-]{16}:[osdx]$/),
  fc.constantFrom("a:", " ", "\n", "\0", "a:__proto_________:o", "a:constructor_____:o", "r:x:c"),
);

const anyData: fc.Arbitrary<Data> = fc.oneof(
  fc.record({ kind: fc.constant("as it is" as const) }),
  fc.record({ kind: fc.constant("damaged" as const), damages: textDamages }),
  fc.record({ kind: fc.constantFrom("before", "behind", "instead"), text: otherText }),
);

const press: fc.Arbitrary<Press> = fc.record({
  data: anyData,
  userId: fc.constantFrom(OWNER, OWNER, OWNER, 7, 0, -OWNER, OWNER + 0.5),
  chatId: fc.constantFrom(GROUP, GROUP, GROUP, OWNER, -200, 0),
  messageId: fc.constantFrom(QUESTION_MESSAGE, QUESTION_MESSAGE, QUESTION_MESSAGE, 71, 0),
});

interface Asked {
  readonly stage: BotStage;
  /** The data of one of the question's buttons. */
  readonly valid: string;
  readonly decided: () => string | undefined;
  readonly withdraw: () => Promise<void>;
}

async function asked(button: number): Promise<Asked> {
  const stage = botStage();
  const stop = new AbortController();
  let decision: string | undefined;
  const question = stage.approvals.ask(RUN, REQUEST, stop.signal)
    .then((answer) => void (decision = answer.decision), () => undefined);
  await settle();
  const buttons = stage.outbox.sent[0]?.buttons?.flat() ?? [];
  return {
    stage,
    valid: buttons[button % buttons.length]?.data ?? "",
    decided: () => decision,
    withdraw: async () => {
      stop.abort(new Error("the test is over"));
      await question;
    },
  };
}

function isRight({ data, userId, chatId, messageId }: Press, valid: string): boolean {
  return dataOf(data, valid) === valid && userId === OWNER && chatId === GROUP &&
    messageId === QUESTION_MESSAGE;
}

const cases = fc.record({ button: fc.nat({ max: 3 }), press });

fuzz("Approvals.press decides for the right press and for no other", cases, async (one) => {
  const { stage, valid, decided, withdraw } = await asked(one.button);
  const { userId, chatId, messageId, data } = one.press;
  stage.approvals.press({
    queryId: "q",
    firstName: "Ann",
    userId,
    chatId,
    messageId,
    data: dataOf(data, valid),
    texts: textsFor("en"),
  });
  await settle();
  assert.equal(decided() !== undefined, isRight(one.press, valid));
  await withdraw();
});

const AS_IT_IS: Data = { kind: "as it is" };
const ANN = { userId: OWNER, chatId: GROUP, firstName: "Ann" };
const FORM: QuestionRequest = {
  id: "1",
  threadId: "t",
  turnId: "u",
  kind: "form",
  server: "desk",
  message: "Which?",
  leftOut: [],
  fields: [{ id: "ok", title: "OK", required: false, type: "boolean" }],
};

fuzz("Questions.press goes on for the right press and for no other", cases, async (one) => {
  const stage = botStage();
  const { outbox, personRequests } = stage;
  const stop = new AbortController();
  const reply = personRequests.questions.ask(RUN, FORM, stop.signal).catch(() => undefined);
  await settle();
  const buttons = outbox.sent[0]?.buttons?.flat() ?? [];
  const valid = buttons[one.button % buttons.length]?.data ?? "";
  const { userId, chatId, messageId, data } = one.press;
  personRequests.press({
    queryId: "q",
    firstName: "Ann",
    userId,
    chatId,
    messageId,
    data: dataOf(data, valid),
    texts: textsFor("en"),
  });
  await settle();
  // Either the next message is sent, or the question is over.
  const wentOn = outbox.sent.length > 1 || personRequests.questions.openFor(ANN).length === 0;
  // A damage may make another button of the same message of it.
  const pressed = dataOf(data, valid);
  const offered = buttons.some((button) => button.data === pressed);
  assert.equal(wentOn, offered && isRight({ ...one.press, data: AS_IT_IS }, valid));
  stop.abort(new Error("the test is over"));
  await reply;
});

fuzz("Router.route takes a button for what it says, and for nothing else", cases, async (one) => {
  const { stage, valid, decided, withdraw } = await asked(one.button);
  const { userId, chatId, messageId, data } = one.press;
  await stage.router.route({
    update_id: 1,
    callback_query: {
      id: "q",
      from: { id: userId, first_name: "Ann" },
      data: dataOf(data, valid),
      message: { message_id: messageId, date: 1, chat: { id: chatId, type: "supergroup" } },
    },
  });
  await settle();
  assert.equal(decided() !== undefined, isRight(one.press, valid));
  for (const runId of stage.engine.touchedRuns) {
    assert.ok(dataOf(data, valid).includes(`:${runId}`));
  }
  await withdraw();
});

fuzz(
  "Approvals.decide takes the short id of the asker and of nobody else",
  fc.record({ typed: anyData, press }),
  async ({ typed, press: { userId, chatId } }) => {
    const { stage, decided, withdraw } = await asked(0);
    const text = stage.outbox.sent[0]?.content.text ?? "";
    const shortId = /\/approve (\S+)/.exec(text)?.[1] ?? "";
    const by = { userId, chatId, firstName: "Ann" };
    stage.approvals.decide(dataOf(typed, shortId), "accept", by);
    await settle();
    const right = dataOf(typed, shortId).toLowerCase() === shortId && userId === OWNER &&
      chatId === GROUP;
    assert.equal(decided() !== undefined, right);
    await withdraw();
  },
);
