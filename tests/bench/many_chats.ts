/** The real program before an app-server without a model, with as many chats as are wanted. */
import { join } from "node:path";
import type { Person } from "../../src/demo/bot_api/people.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { Stage } from "../e2e/stage.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { CACHE } from "../support/codex_programs.ts";
import { writeProgram } from "../support/write_program.ts";
import { ask } from "./bot_stage.ts";
import { programPath } from "./rows/signs.ts";

export interface Member {
  readonly owner: Person;
  readonly chat: ChatHandle;
}

const FIRST_ID = 4_300_000_001;

/** Nothing is limited: what the program itself can do is measured. */
export async function stageOfMany(
  count: number,
): Promise<{ readonly stage: Stage; readonly members: readonly Member[] }> {
  const ids = Array.from({ length: count }, (_, number) => FIRST_ID + number);
  const command = join(CACHE, "quick-codex.sh");
  const script = programPath("quick_codex.ts");
  await writeProgram(command, `#!/bin/sh\nexec "${Deno.execPath()}" run "${script}" "$@"\n`);
  const stage = await Stage.set({
    codex: "none",
    backend: "app-server",
    command,
    alsoAllowed: ids,
    pace: { ...USUAL_PACE, callsPerSecond: 1_000 },
    conf: '[runs]\nshutdown_grace_seconds = 0.5\nfolder_conflicts = "beside"',
  });
  const members = ids.map((id) => {
    const owner = stage.world.createPerson({ id, firstName: `P${id}`, languageCode: "en" });
    return { owner, chat: stage.world.privateChat(owner) };
  });
  return { stage, members };
}

/** Lets a chat work without a selector. */
export async function singleMode({ world }: Stage, { owner, chat }: Member): Promise<void> {
  world.send(chat, { text: "/mode single", from: owner });
  await world.waitForMessage(chat, /Mode set to single/);
}

/** Each chat asks one thing after the other, several chats at a time. */
export async function askAll(
  { world }: Stage,
  members: readonly Member[],
  rounds: number,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let first = 0; first < members.length; first += AT_A_TIME) {
      const some = members.slice(first, first + AT_A_TIME);
      await Promise.all(some.map(({ owner, chat }) => ask({ world, owner }, chat)));
    }
  }
}

const AT_A_TIME = 10;
