import assert from "node:assert/strict";
import { AllowedGroups, Gate } from "../../src/bot/gate.ts";
import { inboundOf } from "../../src/bot/inbound.ts";
import { Preferences } from "../../src/bot/preferences.ts";
import { StorageError } from "../../src/core/errors.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryPreferences } from "../fakes/memory_bot_stores.ts";
import { diskFailure } from "../fakes/disk_failure.ts";

const OWNER = 42;
const GROUP = -100;
const CALLED = { text: "@our_bot hi", entities: [{ type: "mention", offset: 0, length: 8 }] };

function gate(clock = new FakeClock()): Gate {
  return new Gate({ allowedUsers: [OWNER], allowedChats: [GROUP] }, clock);
}

function person(id: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, is_bot: false, first_name: "Ann", ...more };
}

function verdictOn(
  message: Record<string, unknown>,
  { chat = { id: OWNER, type: "private" } }: { chat?: Record<string, unknown> } = {},
): string {
  const inbound = inboundOf(
    { update_id: 1, message: { message_id: 5, date: 1, chat, ...CALLED, ...message } },
    "our_bot",
  );
  assert.notEqual(inbound.kind, "ignored");
  return inbound.kind === "ignored" ? "" : gate().check(inbound).verdict;
}

Deno.test("Gate lets in an allowed person in private and in an allowed group", () => {
  assert.equal(verdictOn({ from: person(OWNER) }), "allow");
  assert.equal(
    verdictOn({ from: person(OWNER) }, { chat: { id: GROUP, type: "supergroup" } }),
    "allow",
  );
});

const REFUSED: readonly [what: string, message: Record<string, unknown>, chatId?: number][] = [
  ["a stranger", { from: person(7) }],
  ["nobody (a channel post)", {}],
  ["an anonymous administrator", { from: person(1087968824), sender_chat: { id: GROUP } }, GROUP],
  ["somebody as a channel", { from: person(136817688), sender_chat: { id: -5 } }, GROUP],
  ["an automatic forward", { from: person(777000), is_automatic_forward: true }, GROUP],
  ["an allowed person behind a sender chat", { from: person(OWNER), sender_chat: { id: -5 } }],
  ["a stranger through an inline bot", { from: person(7), via_bot: person(9) }],
  ["a business through an inline bot", {
    from: person(OWNER),
    via_bot: person(9),
    business_connection_id: "b",
  }],
  ["a bot with an allowed id", { from: person(OWNER, { is_bot: true }) }],
  ["a business connection", { from: person(OWNER), business_connection_id: "b" }],
  ["an allowed person in another group", { from: person(OWNER) }, -200],
  ["a stranger in an allowed group", { from: person(7) }, GROUP],
  ["an allowed person in somebody else's private chat", { from: person(OWNER) }, 7],
];

Deno.test("Gate declines what an allowed person sends through an inline bot, where it is for this one", () => {
  const message = { from: person(OWNER), via_bot: person(9) };
  assert.equal(verdictOn(message), "decline");
  assert.equal(verdictOn(message, { chat: { id: GROUP, type: "supergroup" } }), "decline");
  assert.equal(verdictOn(message, { chat: { id: -200, type: "supergroup" } }), "refuse");
  assert.equal(verdictOn(message, { chat: { id: 7, type: "private" } }), "refuse");
});

for (const [what, message, chatId] of REFUSED) {
  Deno.test(`Gate refuses ${what}`, () => {
    const type = chatId === undefined || chatId > 0 ? "private" : "supergroup";
    assert.equal(verdictOn(message, { chat: { id: chatId ?? OWNER, type } }), "refuse");
  });
}

Deno.test("Gate refuses ids that many people share, even when the configuration lists them", () => {
  const open = new Gate({ allowedUsers: [1087968824], allowedChats: [GROUP] }, new FakeClock());
  const chat = { id: GROUP, type: "supergroup" };
  const from = person(1087968824);
  const inbound = inboundOf(
    { update_id: 1, message: { message_id: 1, chat, from, ...CALLED } },
    "our_bot",
  );
  assert.ok(inbound.kind !== "ignored");
  assert.equal(open.check(inbound).verdict, "refuse");
});

Deno.test("Gate refuses everybody when the list is empty", () => {
  const closed = new Gate({ allowedUsers: [], allowedChats: [] }, new FakeClock());
  const chat = { id: OWNER, type: "private" };
  const inbound = inboundOf(
    { update_id: 1, message: { message_id: 1, chat, from: person(OWNER), text: "x" } },
    "b",
  );
  assert.ok(inbound.kind !== "ignored");
  assert.equal(closed.check(inbound).verdict, "refuse");
});

Deno.test("Gate tells a stranger their id once in ten minutes", async () => {
  const clock = new FakeClock();
  const guard = gate(clock);
  const inbound = inboundOf({
    update_id: 1,
    message: { message_id: 1, chat: { id: 7, type: "private" }, from: person(7), text: "x" },
  }, "b");
  assert.ok(inbound.kind !== "ignored");
  const told = (): unknown => {
    const verdict = guard.check(inbound);
    return verdict.verdict === "refuse" ? verdict.tellId : "not refused";
  };
  assert.equal(told(), 7);
  assert.equal(told(), undefined);
  await clock.advance(10 * 60 * 1000);
  assert.equal(told(), 7);
});

Deno.test("Gate remembers a thousand strangers, and then begins anew", () => {
  const guard = gate();
  const told = (id: number): unknown => {
    const inbound = inboundOf({
      update_id: 1,
      message: { message_id: 1, chat: { id, type: "private" }, from: person(id), text: "x" },
    }, "b");
    assert.ok(inbound.kind !== "ignored");
    const verdict = guard.check(inbound);
    return verdict.verdict === "refuse" ? verdict.tellId : "not refused";
  };
  const strangers = Array.from({ length: 1_000 }, (_, index) => 1_000 + index);
  for (const id of strangers) assert.equal(told(id), id);
  assert.equal(told(1_000), undefined, "all of them are remembered");
  assert.equal(told(5_000), 5_000, "one more is told, too");
  assert.equal(told(5_000), undefined);
  assert.equal(told(1_000), 1_000, "strangers fill no memory: the others are forgotten");
});

Deno.test("Gate leaves a group that is not allowed, and hears of chats that take the bot again", () => {
  const added = (id: number, status: string, type = "supergroup"): string => {
    const inbound = inboundOf({
      update_id: 1,
      my_chat_member: {
        chat: { id, type },
        from: person(7),
        new_chat_member: { status },
      },
    }, "b");
    assert.ok(inbound.kind !== "ignored");
    return gate().check(inbound).verdict;
  };
  assert.equal(added(-200, "member"), "leave");
  assert.equal(added(-200, "kicked"), "refuse");
  assert.equal(added(GROUP, "member"), "allow");
  assert.equal(added(GROUP, "kicked"), "refuse");
  assert.equal(added(OWNER, "member", "private"), "allow");
  assert.equal(added(7, "member", "private"), "refuse");
});

Deno.test("Gate.admitsWork() goes by the people and the groups of now", () => {
  const guard = new Gate({ allowedUsers: [OWNER], allowedChats: [GROUP] }, new FakeClock());
  assert.ok(guard.admitsWork(OWNER, OWNER));
  assert.ok(guard.admitsWork(GROUP, OWNER));
  assert.ok(!guard.admitsWork(7, 7));
  assert.ok(!guard.admitsWork(GROUP, 7));
  assert.ok(!guard.admitsWork(-200, OWNER));
});

for (const [trigger, verdict] of [["mention", "pass-over"], ["all", "allow"]] as const) {
  Deno.test(`Gate says ${verdict} to talk in a group whose trigger is "${trigger}"`, () => {
    const settings = { allowedUsers: [OWNER], allowedChats: [GROUP], groupTrigger: trigger };
    const guard = new Gate(settings, new FakeClock());
    const said = (from: number, text: Record<string, unknown>): string => {
      const chat = { id: GROUP, type: "supergroup" };
      const message = { message_id: 5, chat, from: person(from), ...text };
      const inbound = inboundOf({ update_id: 1, message }, "our_bot");
      return inbound.kind === "ignored" ? "ignored" : guard.check(inbound).verdict;
    };
    assert.equal(said(OWNER, { text: "lunch?" }), verdict);
    assert.equal(said(OWNER, { sticker: {} }), verdict);
    assert.equal(said(OWNER, CALLED), "allow");
    assert.equal(said(7, CALLED), "refuse");
    const other = { text: "beep", from: person(8, { is_bot: true }) };
    assert.equal(said(8, other), trigger === "mention" ? "pass-over" : "refuse");
  });
}

Deno.test("Gate follows an allowed group to its new id, whoever moved it, and no other", () => {
  const moved = (chatId: number, from: number): string => {
    const chat = { id: chatId, type: "group" };
    const message = { message_id: 5, chat, from: person(from), migrate_to_chat_id: -1001 };
    const inbound = inboundOf({ update_id: 1, message }, "our_bot");
    return inbound.kind === "ignored" ? "ignored" : gate().check(inbound).verdict;
  };
  assert.equal(moved(GROUP, 7), "allow");
  const arrived = (from: number): string => {
    const chat = { id: -1001, type: "supergroup" };
    const message = { message_id: 1, chat, from: person(7), migrate_from_chat_id: from };
    const inbound = inboundOf({ update_id: 2, message }, "our_bot");
    return inbound.kind === "moved" ? gate().check(inbound).verdict : inbound.kind;
  };
  assert.deepEqual([arrived(GROUP), arrived(-200)], ["allow", "refuse"]);
  assert.equal(moved(-200, OWNER), "refuse");
});

Deno.test("AllowedGroups allows a group under its new id, also after a restart", () => {
  const kept = new Preferences(new MemoryPreferences());
  const groups = new AllowedGroups([-1, -2], kept);
  assert.deepEqual([groups.has(-1), groups.has(-100)], [true, false]);
  groups.moved(-1, -100);
  assert.equal(groups.has(-100), true);
  const later = new AllowedGroups([-1, -2], kept);
  assert.equal(later.has(-100), true);
  assert.deepEqual(later.present(), [-100, -2]);
});

Deno.test("AllowedGroups forgets a move when the group is taken off the list", () => {
  const kept = new Preferences(new MemoryPreferences());
  new AllowedGroups([-1], kept).moved(-1, -100);
  assert.equal(new AllowedGroups([-2], kept).has(-100), false);
});

Deno.test("AllowedGroups handles groups that moved in a circle", () => {
  const kept = new Preferences(new MemoryPreferences());
  kept.setMovedTo(-1, -2);
  kept.setMovedTo(-2, -1);
  const groups = new AllowedGroups([-1], kept);
  assert.equal(groups.has(-2), true);
  assert.equal(groups.present().length, 1);
});

Deno.test("AllowedGroups allows the new chat while the disk refuses to store the move", () => {
  const groups = new AllowedGroups([-1], {
    movedTo: () => undefined,
    setMovedTo: () => {
      throw diskFailure();
    },
  });
  assert.throws(() => groups.moved(-1, -100), StorageError);
  assert.equal(groups.has(-100), true);
});
