/** Answers that are hard to show, from real Codex to the chat. */
import assert from "node:assert/strict";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { singleModeTest } from "./single_mode.ts";
import type { StageOptions } from "./stage.ts";
import { NEWEST } from "../support/codex_versions.ts";

const APP_SERVER: StageOptions = { codex: NEWEST, backend: "auto" };

const saying = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText.includes(text);

singleModeTest(
  "thousands of stars arrive as the word that they surround",
  APP_SERVER,
  async (stage) => {
    const stars = "**".repeat(3000);
    stage.model.script({ when: saying("stars"), steps: [{ message: `${stars}a${stars}` }] });
    const request = stage.say("stars");
    const answer = await stage.reply(request, /^a$/);
    assert.deepEqual(answer.entities.map(({ type }) => type), ["bold"]);
    await stage.answered(request);
  },
);

singleModeTest(
  "an answer of several messages ends none of them with a heading",
  APP_SERVER,
  async (stage) => {
    const section = (number: number): string =>
      `## Part ${number}\n\n${"Some words. ".repeat(60 + 7 * number)}\n\nSteps:\n\n- one\n- two`;
    const message = Array.from({ length: 9 }, (_, index) => section(index + 1)).join("\n\n") +
      "\n\n$F_{x}^{*} + G_{y}^{*}$ and \\(a\\)";
    stage.model.script({ when: saying("long"), steps: [{ message }] });
    const request = stage.say("long");
    await stage.reply(request, /^Part 1/);
    await stage.answered(request);
    const parts = stage.world.transcript(stage.chat).filter(({ byBot, text }) =>
      byBot && text.includes("Some words.")
    );
    assert.ok(parts.length > 1);
    for (const { text } of parts) assert.doesNotMatch(text, /(?:Part \d|Steps:)$/);
    assert.match(parts.at(-1)?.text ?? "", /\$F_\{x\}\^\{\*\} \+ G_\{y\}\^\{\*\}\$ and \\\(a\\\)$/);
  },
);
