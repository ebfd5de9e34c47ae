import assert from "node:assert/strict";
import { join } from "node:path";
import type { TurnEvent } from "../../../../src/core/codex/codex.ts";
import { DOT_PNG, started } from "../../../contracts/codex_stage.ts";
import { type RemoteStage, withRemote } from "./remote_stage.ts";

const SESSION = { chatId: "-1", userId: "2", topicId: "3" };

function test(name: string, scene: (remote: RemoteStage) => Promise<void>): void {
  Deno.test(`a remote app-server ${name}`, () => withRemote(scene));
}

test("that ends loses its turn, and takes the next one when it is back", async (remote) => {
  const { api, backend, thread, begin, run } = remote.stage;
  api.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [{ silent: true }] });
  const conversation = thread();
  await run(conversation, "first");
  const turn = begin(conversation, "hang");
  await started(turn);
  await remote.end();
  const lost = await turn.result;
  assert.equal(lost.status, "lost");
  assert.deepEqual(lost.failure, {
    kind: "connection",
    message: `The connection to Codex on ${remote.machine.name} was lost`,
    trouble: { kind: "lost", machine: remote.machine.name },
  });
  assert.equal(backend.health().ready, false);
  assert.match(backend.health().lastError ?? "", new RegExp(remote.machine.name));

  const { result: early } = await run(conversation, "too early");
  assert.equal(early.status, "failed");
  assert.equal(early.failure?.kind, "connection");

  await remote.startAgain();
  const { result } = await run(conversation, "again");
  assert.equal(result.answer, "ok: again");
  assert.equal(result.threadId, lost.threadId);
  const texts = api.requests.at(-1)?.userTexts;
  assert.deepEqual([texts?.at(0), texts?.at(-1)], ["first", "again"]);
});

test("stops what a lost turn left running before it takes the next one", async (remote) => {
  const { api, thread, begin, run } = remote.stage;
  api.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [{ silent: true }] });
  const conversation = thread();
  const turn = begin(conversation, "hang");
  const left = await turnIdOf(turn.events);
  await api.received(({ lastUserText }) => lastUserText === "hang");
  remote.cut();
  assert.equal((await turn.result).status, "lost");
  const next = await run(conversation, "again");
  assert.equal(next.result.answer, "ok: again");
  assert.notEqual(await turnIdOf(next.events), left, "a turn of its own, not words to the other");
});

test("is given files where Codex reads them, and shows images from there", async (remote) => {
  const { api, backend, codexHome, thread, begin, workspace } = remote.stage;
  const path = await backend.attachments?.keep(SESSION, "7-dot.png", DOT_PNG);
  assert.equal(path, join(codexHome, "codex-orchestrator", "inbox", "-1-2-3", "7-dot.png"));
  assert.deepEqual(await Deno.readFile(path), DOT_PNG);
  const turn = begin(thread(), { text: "look", images: [path] });
  assert.equal((await turn.result).status, "completed");
  assert.equal(api.requests.at(-1)?.images.length, 1);

  // What a person has asked for later stands in the working directory.
  await Deno.writeFile(join(workspace, "made.png"), DOT_PNG);
  const file = await backend.queries.readFile(workspace, "made.png", 1_000);
  assert.deepEqual(file.bytes, DOT_PNG);
});

test("keeps files for a month and refuses what it could not take", async (remote) => {
  const { backend, codexHome } = remote.stage;
  const folder = join(codexHome, "codex-orchestrator", "inbox", "-1-2-3");
  await Deno.mkdir(folder, { recursive: true });
  const [old, young] = [join(folder, "1-old.txt"), join(folder, "2-young.txt")];
  for (const path of [old, young]) await Deno.writeTextFile(path, "x");
  const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
  await Deno.utime(old, longAgo, longAgo);
  await backend.attachments?.keep(SESSION, "3-new.txt", new Uint8Array(1));
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  assert.deepEqual(names.sort(), ["2-young.txt", "3-new.txt"]);

  const large = backend.attachments?.keep(SESSION, "4-large.bin", new Uint8Array(12_000_001));
  await assert.rejects(large ?? Promise.resolve(), {
    message: `Cannot bring 4-large.bin to ${remote.machine.name}: it is larger than 12 MB`,
  });
  // The connection has not been broken by the attempt.
  assert.equal(backend.health().restarts, 0);
});

async function turnIdOf(
  events: AsyncIterable<TurnEvent> | readonly TurnEvent[],
): Promise<string> {
  for await (const event of events) {
    if (event.type === "started") return event.turnId;
  }
  throw new Error("The turn did not start");
}
