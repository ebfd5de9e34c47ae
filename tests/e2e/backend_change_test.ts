/** A conversation that changes between the two protocols of one Codex, on real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { LAST_WITH_MCP_SERVER } from "../support/codex_versions.ts";
import { Stage } from "./stage.ts";

Deno.test("the app-server goes on with a thread of the MCP server; the other way its loss is said", async () => {
  await using stage = await Stage.set({ codex: LAST_WITH_MCP_SERVER, backend: "mcp" });
  let program = await stage.start();
  const { model, world, chat } = stage;
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("first", /^ok: first$/);
  for (const command of ["/ps", "/fork", "/compact"]) {
    await stage.ask(command, /cannot .*\. Set backend = "app-server" under \[codex\]/);
  }
  const { developer_thread_id: thread } = await stage.session();

  await program.stop();
  await setBackend(stage, "mcp", "app-server");
  program = await stage.start();
  await stage.ask("second", /^ok: second$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "second"]);
  assert.equal((await stage.session()).developer_thread_id, thread);
  assert.equal(world.botMessages(chat).some(({ text }) => /could not continue/.test(text)), false);

  await program.stop();
  await setBackend(stage, "app-server", "mcp");
  await stage.start();
  const third = stage.say("third");
  await stage.reply(third, /^ok:/);
  await world.waitForMessage(
    chat,
    /could not continue this conversation.*our last 4 messages.*Set backend = "app-server"/,
  );
  assert.notEqual((await stage.session()).developer_thread_id, thread);

  // After a failed turn the same again: the way out is known by then.
  model.script({
    when: ({ lastUserText }) => lastUserText.endsWith("fail"),
    steps: [{ status: 500 }],
  });
  await stage.ask("fail", /^❌ Failed/);
  const fourth = stage.say("fourth");
  await stage.reply(fourth, /could not continue this conversation(?!.*Set backend)/);
  await stage.reply(fourth, /^ok:/);
});

Deno.test("over MCP it is said, once, that Codex asks less than the profile wants", async () => {
  await using stage = await Stage.set({
    codex: LAST_WITH_MCP_SERVER,
    backend: "mcp",
    codexConf: 'approval_policy = "untrusted"',
  });
  const program = await stage.start();
  const { world, chat } = stage;
  await stage.ask("/mode single", /Mode set to single/);
  const shown = /Sandbox: workspace-write, on-request \(this kind of .* has no untrusted\)/;
  for (const command of ["/status", "/profile", "/profile default"]) {
    await stage.ask(command, shown);
  }
  const first = stage.say("first");
  await stage.reply(
    first,
    /no approval policy "untrusted".*"on-request".*Set backend = "app-server"/,
  );
  await stage.reply(first, /^ok: first$/);
  await stage.ask("second", /^ok: second$/);
  const told = (): number =>
    world.botMessages(chat).filter(({ text }) => text.includes('policy "untrusted"')).length;
  assert.equal(told(), 1);

  await program.stop();
  await setBackend(stage, "mcp", "app-server");
  await stage.start();
  await stage.ask("/status", /Sandbox: workspace-write, untrusted$/m);
  await stage.ask("third", /^ok: third$/);
  assert.equal(told(), 1);
});

async function setBackend({ stateFolder }: Stage, from: string, to: string): Promise<void> {
  const path = join(stateFolder, "conf.toml");
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace(`backend = "${from}"`, `backend = "${to}"`));
}
