import assert from "node:assert/strict";
import fc from "fast-check";
import { inboundOf } from "../../src/bot/inbound.ts";
import { botStage, GROUP, OWNER } from "./bot_stage.ts";
import { fuzz, index } from "./fuzz.ts";
import { damaged, damages, randomJson } from "./json_damage.ts";
import { UPDATES } from "./updates.ts";

/** Generous, as other tests keep the machine busy; a real fault takes minutes. */
const MOST_MS = 30_000;

const anyUpdate = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("damaged" as const),
      sample: index(UPDATES.length),
      damages,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("message", "callback_query", "my_chat_member", "update"),
      json: randomJson,
    }),
  },
);
type AnyUpdate = typeof anyUpdate extends fc.Arbitrary<infer One> ? One : never;

function updateOf(one: AnyUpdate): unknown {
  if (one.kind === "damaged") return damaged(UPDATES[one.sample], one.damages);
  return one.kind === "update" ? one.json : { update_id: 1, [one.kind]: one.json };
}

fuzz("inboundOf reads every update without an error", anyUpdate, (one) => {
  assert.ok(inboundOf(updateOf(one), "our_bot").kind !== undefined);
});

fuzz(
  "Router.route does nothing for who is not allowed, and never throws",
  anyUpdate,
  async (one) => {
    const raw = updateOf(one);
    const { router, engine, left } = botStage();
    const startedAt = performance.now();
    await router.route(raw);
    assert.ok(performance.now() - startedAt < MOST_MS, "it takes too long");
    for (const { chatId, userId } of engine.askedFor) {
      assert.ok(isAllowed(raw), "somebody was let in");
      assert.equal(userId, String(OWNER));
      assert.ok(chatId === String(OWNER) || chatId === String(GROUP), chatId);
    }
    assert.ok(!left.includes(GROUP));
  },
);

/** Reads the sender in the plainest way, from the update alone. */
function isAllowed(raw: unknown): boolean {
  const query = field(raw, "callback_query");
  const written = field(raw, "message") ?? field(raw, "edited_message");
  const message = written ?? field(query, "message");
  const from = written === undefined ? field(query, "from") : field(written, "from");
  const chatId = field(field(message, "chat"), "id");
  return field(from, "id") === OWNER && field(from, "is_bot") !== true &&
    (chatId === OWNER || chatId === GROUP);
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
