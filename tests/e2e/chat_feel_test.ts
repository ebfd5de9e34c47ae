/** How the chat feels with a real Codex: in another language, and while it is busy. */
import assert from "node:assert/strict";
import { textsFor } from "../../src/texts/texts.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { HeldRun, withStage } from "./front_end_faults/scene.ts";
import { FAST_MOTION, FAST_MOTION_LIMITS } from "./pace.ts";
import { scriptRoles } from "./plan_script.ts";
import { Stage } from "./stage.ts";
import { timed, wayMs, withinASecond } from "./within_a_second.ts";
import { NEWEST } from "../support/codex_versions.ts";

const EN = textsFor("en");

Deno.test("a plan run is Korean from the first word to the last for a Korean client", async () => {
  await using stage = await Stage.set({
    codex: NEWEST,
    backend: "app-server",
    pace: FAST_MOTION,
    limits: { flood: FAST_MOTION_LIMITS },
  });
  const { world, chat } = stage;
  const person = world.createPerson({ ...stage.owner, firstName: "지우", languageCode: "ko" });
  const building = world.waitForMessage(
    chat,
    ({ text }) => /계획 ✓ › 개발 ● › 검토 ○ · 1\/3/.test(text),
  );
  scriptRoles(stage.model, {
    selector: [[{ message: '{"mode":"plan","reason":"여러 파일"}' }]],
    planner: [[{ command: "sleep 1" }, { message: "계획" }]],
    developer: [
      [{ command: "echo 1 > a.txt" }, { until: building, then: { message: "첫 번째" } }],
      [
        { command: "echo 2 > a.txt" },
        { command: `touch ${stage.home}/made`, escalated: "폴더 밖입니다" },
        { message: "## 완료\n\n모두 *고쳤습니다*." },
      ],
    ],
    reviewer: [
      [{ message: '{"verdict":"needs_changes","summary":"테스트 없음","findings":[]}' }],
      [{ message: '{"verdict":"approved","summary":"좋습니다","findings":[]}' }],
    ],
  });
  await stage.start();
  const { id } = world.send(chat, { text: "기능을 추가해 주세요", from: person });
  const question = await stage.reply(id, /명령을 실행하려고 합니다/);
  world.press(chat, question.id, "한 번 허용", person);
  await stage.reply(id, /^완료\n+모두 고쳤습니다\.$/);
  await stage.reply(id, /^✅ 2라운드에서 검토 통과 · /);
  await world.waitFor(() => world.message(chat, id).reactions.includes("👌"));
  const asked = world.send(chat, { text: "/status", from: person });
  await stage.reply(asked.id, /^상태[\s\S]*모드: plan[\s\S]*검토: 2\/3/);

  const looks = world.botMessages(chat).flatMap(looksOf);
  for (const word of ENGLISH) {
    assert.deepEqual(looks.filter((look) => look.includes(word)), [], `"${word}" is English`);
  }
});

Deno.test("whatever comes while a run is at work is acknowledged within a second", () =>
  withStage({ codex: NEWEST, backend: "app-server" }, async (stage) => {
    const { world, chat } = stage;
    const busy = await HeldRun.begin(stage, "work", [
      ...Array.from({ length: 8 }, (_, wave) => ({
        all: [
          { message: `wave ${wave}`, phase: "commentary" as const },
          { command: "sleep 0.3" },
          { command: `echo ${wave}` },
        ],
      })),
      { message: "worked" },
    ]);
    busy.release();
    await withinASecond(async (time) => ({
      wayMs: await wayMs(stage, busy.status.id),
      tookMs: await timed(() => {
        const id = stage.say(`and ${time}`);
        return world.waitFor(() => world.message(chat, id).reactions.length > 0);
      }),
    }));
    await busy.said(/^worked$/);
    await stage.reply(stage.say("/cancel all"), /./);
  }));

/** Every look of the message, its buttons included. */
function looksOf({ history }: SeenMessage): string[] {
  return history.map(({ text, buttons }) =>
    [text, ...buttons.flat().map((button) => button.text)].join("\n")
  );
}

/** Words of the English catalogue that a Korean chat would show if anything were left out. */
const ENGLISH = [
  ...Object.values(EN.run.role),
  ...Object.values(EN.approvals.title),
  EN.run.starting,
  EN.run.done,
  EN.run.cancel,
  EN.run.waitingForApproval,
  EN.approvals.accept,
  EN.approvals.decline,
  EN.approvals.folder,
  EN.approvals.reason,
  EN.session.status.title,
  EN.session.labels.mode,
  EN.session.labels.lastRun,
  " s\n",
  " min",
  "round",
  "tokens",
  "files",
];
