/** Languages and what Telegram shows of the bot, with the echo in place of Codex. */
import assert from "node:assert/strict";
import { GROUP_ID, Stage } from "./stage.ts";

Deno.test("/language changes every reply, question and menu from then on, also after a restart", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo" });
  const { world } = stage;
  world.createGroup({ id: GROUP_ID });
  const program = await stage.start();
  const asked = await stage.ask("/language", /Which language/);
  world.press(stage.chat, asked.id, "한국어 (Korean)");
  await world.waitFor(() => /이제부터 한국어로/.test(world.message(stage.chat, asked.id).text));
  await stage.ask("/mode single", /single 모드로 바꿨습니다/);
  await world.waitFor(() =>
    world.commandsFor(stage.chat, stage.owner).some(({ description }) =>
      /새 대화/.test(description)
    )
  );
  const request = stage.say("this needs an approval");
  const question = await stage.reply(request, /명령을 실행하려고 합니다/);
  const status = await stage.ask("/status", /^상태/);
  assert.match(status.text, /결정이 필요합니다 \(\/approve 또는 \/deny \w{5}\)/);
  world.press(stage.chat, question.id, "한 번 허용");
  await stage.reply(request, /한 번 허용했습니다 · Ann/);
  await stage.reply(request, /^✅ 완료 · .*\d+[초분]/);
  assert.equal(await program.stop(), 0);

  const calls = stage.telegram.calls().length;
  const again = await stage.start();
  await stage.ask("/help", /^할 수 있는 일/);
  await again.stop();
  const profileCalls = stage.telegram.calls().slice(calls)
    .filter(({ method }) => /^set(?:My|ChatMenu)/.test(method));
  assert.deepEqual(profileCalls, []);
});
