/** Holds what is exact of many updates and of many events: what they commit. */
import assert from "node:assert/strict";
import { GROUP_ID } from "../e2e/stage.ts";
import { pause } from "./bot_stage.ts";
import { singleMode, stageOfMany } from "./many_chats.ts";
import { commitsDuring } from "./state_commits.ts";

const UPDATES = 120;
/** One for each poll, which brings up to a hundred, and what the command itself takes. */
const MOST_COMMITS = 30;
const QUIET_MS = 500;
const TIMES = 3;

Deno.test("what people say to one another, and what Codex streams, hardly commits anything", async () => {
  const { stage, members: [member] } = await stageOfMany(1);
  await using _stage = stage;
  assert.ok(member !== undefined);
  const { world } = stage;
  await stage.start();
  await singleMode(stage, member);
  const group = world.createGroup({ id: GROUP_ID, botStatus: "administrator" });
  const ofUpdates = await commitsDuring(stage, async () => {
    for (let each = 0; each < UPDATES; each++) {
      world.send(group, { text: `message ${each}`, from: stage.owner });
    }
    const { id } = world.send(group, { text: `/help@${world.bot.username}`, from: stage.owner });
    await world.waitForMessage(group, ({ replyTo }) => replyTo === id, { after: id });
  });
  assert.ok(ofUpdates <= MOST_COMMITS, `${ofUpdates} commits for ${UPDATES} updates`);

  const { id } = world.send(member.chat, { text: "stream", from: member.owner });
  const isAtPart = (part: number) => ({ text }: { readonly text: string }): boolean =>
    Number(/part_(\d+)_/.exec(text)?.[1]) >= part;
  await world.waitForMessage(member.chat, isAtPart(0), { after: id });
  // What began the work is written.
  await pause(QUIET_MS);
  let part = 0;
  const ofEvents: number[] = [];
  // What is written now and then by itself may fall into one of these times, but not into each.
  for (let time = 0; time < TIMES && Math.min(...ofEvents) > 0; time++) {
    ofEvents.push(
      await commitsDuring(stage, async () => {
        part += 2;
        await world.waitForMessage(member.chat, isAtPart(part), { after: id });
      }),
    );
  }
  const what = "an event that moves a status line alone is written nowhere";
  assert.equal(Math.min(...ofEvents), 0, what);
});
