import assert from "node:assert/strict";
import { Gate, type GroupTrigger } from "../../../src/bot/gate.ts";
import { inboundOf } from "../../../src/bot/inbound.ts";
import { UnaddressedPieces } from "../../../src/bot/intake/unaddressed_pieces.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const OWNER = 42;
const GROUP = -100;

for (const [trigger, kept] of [["mention", 1], ["all", 0]] as const) {
  Deno.test(`of an album ${kept} piece waits for the one that names the bot, with "${trigger}"`, () => {
    const pieces = piecesWith(trigger);
    const message = {
      message_id: 5,
      date: 1,
      chat: { id: GROUP, type: "supergroup" },
      from: { id: OWNER, is_bot: false, first_name: "Ann" },
      photo: [{ file_id: "a" }],
      media_group_id: "7",
    };
    const inbound = pieces.accept(inboundOf({ update_id: 1, message }, "our_bot"));
    assert.ok(inbound.kind === "text");
    assert.equal(inbound.unaddressed, true);
    assert.equal(pieces.takeEarlier({ ...inbound, userId: OWNER }).length, kept);
  });
}

function piecesWith(groupTrigger: GroupTrigger): UnaddressedPieces {
  return new UnaddressedPieces({
    gate: new Gate({ allowedUsers: [OWNER], allowedChats: [GROUP], groupTrigger }, new FakeClock()),
    assembler: { awaits: () => false, knows: () => false },
    requests: { sentTogether: () => false },
  });
}
