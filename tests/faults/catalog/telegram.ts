/** Makes Telegram, or the way to it, fail before or after the effect of a call. */
import type { FaultKind } from "../../../src/demo/bot_api/faults.ts";
import { type Fault, pause } from "../fault.ts";

const KINDS: readonly (readonly [string, FaultKind])[] = [
  ["connection lost before the effect", { kind: "drop-before" }],
  ["connection lost after the effect", { kind: "drop-after" }],
  ["429, retry after 1 s", { kind: "status", status: 429, retryAfterSeconds: 1 }],
  ["500", { kind: "status", status: 500 }],
  ["502 page of a gateway", { kind: "html502" }],
  ["502 with JSON of a gateway", {
    kind: "foreign",
    status: 502,
    body: '{"message":"Bad Gateway"}',
  }],
  ["200 with a page, as a network asks for a login", {
    kind: "foreign",
    status: 200,
    body: "<html><body>Log in to the network</body></html>",
    contentType: "text/html",
  }],
  ['200 with {"ok":false}', { kind: "foreign", status: 200, body: '{"ok":false}' }],
  ["200 with an empty object", { kind: "foreign", status: 200, body: "{}" }],
  ["429 without parameters", { kind: "foreign", status: 429, body: '{"ok":false}' }],
];

/** The smallest PNG there is. */
const PICTURE = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
/** Long enough for repeats that are under way. */
const REPEATS_MS = 2_500;
/** Resolves when the chat has refused an answer, which is kept. */
const KEPT = /outbox\.unreachable .*kept=[1-9]/;

export const TELEGRAM_FAULTS: readonly Fault[] = [
  ...KINDS.map(([what, kind]): Fault => ({
    name: `Telegram: ${what}, while the answer is sent`,
    play: async (scene, random) => {
      await scene.start();
      const asked = scene.ask("single");
      const go = await scene.holdAt("developer", asked);
      await scene.stage.reply(asked.messageId, /Developing/);
      const times = random.between(1, 2);
      scene.stage.telegram.faults.add({ method: "sendMessage", times, ...kind });
      go();
      await scene.settle();
      await pause(REPEATS_MS);
    },
  })),
  ...KINDS.map(([what, kind]): Fault => ({
    name: `Telegram: ${what}, while updates are fetched`,
    play: async (scene, random) => {
      await scene.start();
      const times = random.between(1, 2);
      scene.stage.telegram.faults.add({ method: "getUpdates", times, ...kind });
      scene.ask("single");
      scene.ask("single");
      await scene.settle();
    },
  })),
  ...[false, true].map((killed): Fault => ({
    name: `Telegram: the bot is blocked while the answer is sent, and let in again${
      killed ? " after a kill (-9)" : ""
    }`,
    play: async (scene) => {
      const { world, chat } = scene.stage;
      await scene.start();
      const asked = scene.ask("single");
      const go = await scene.holdAt("developer", asked);
      await scene.stage.reply(asked.messageId, /Developing/);
      world.block(chat);
      go();
      await scene.program.logged(KEPT);
      if (killed) {
        await scene.restart();
        await scene.program.logged(KEPT);
      }
      world.unblock(chat);
      scene.ask("single");
      await scene.settle();
    },
  })),
  ...[false, true].map((killed): Fault => ({
    name: `Telegram: the answer is refused as formatted and as plain text${
      killed ? ", and a kill (-9) while the file is on its way" : ""
    }`,
    play: async (scene) => {
      const { faults } = scene.stage.telegram;
      await scene.start();
      const asked = scene.ask("single");
      const go = await scene.holdAt("developer", asked);
      await scene.stage.reply(asked.messageId, /Developing/);
      const refused = { kind: "status", status: 400, description: "Bad Request: UNKNOWN" } as const;
      faults.add({ method: "sendMessage", times: 2, ...refused });
      if (killed) faults.add({ method: "sendDocument", kind: "blackhole" });
      faults.add({ method: "sendDocument", ...refused });
      go();
      if (killed) {
        await scene.stage.world.waitFor(() =>
          scene.stage.telegram.calls().some(({ method }) => method === "sendDocument")
        );
        await scene.restart();
      }
      // The person reads the answer with /last, as the note says.
      await scene.stage.reply(asked.messageId, /\/last shows it again/);
      const { id } = scene.stage.world.send(scene.stage.chat, "/last");
      await scene.stage.reply(id, new RegExp(`done ${asked.tag}`));
    },
  })),
  {
    name: "Telegram: a command's reply is refused as formatted and as plain text, then as a file",
    play: async (scene) => {
      const { stage } = scene;
      await scene.start();
      const refused = { kind: "status", status: 400, description: "Bad Request: UNKNOWN" } as const;
      stage.telegram.faults.add({ method: "sendMessage", times: 2, ...refused });
      const asked = stage.say("/mode");
      await stage.world.waitForMessage(
        stage.chat,
        ({ replyTo, document }) => replyTo === asked && document?.name === "message.txt",
      );
      stage.telegram.faults.add({ method: "sendMessage", times: 2, ...refused });
      stage.telegram.faults.add({ method: "sendDocument", ...refused });
      await stage.reply(stage.say("/mode"), /could not be delivered/);
      scene.ask("single");
      await scene.settle();
    },
  },
  {
    name: "program killed (-9) between an answer and its picture",
    appServer: true,
    play: async (scene) => {
      const { stage } = scene;
      await Deno.writeFile(`${stage.workspace}/shot.png`, PICTURE);
      await scene.start();
      const asked = scene.askForPicture("shot.png");
      const go = await scene.holdAt("developer", asked);
      await stage.reply(asked.messageId, /Developing/);
      const fault = stage.telegram.faults.add({ method: "sendMessage", kind: "blackhole" });
      go();
      while (fault.hits === 0) await pause(5);
      await scene.restart();
      await scene.settle();
      await stage.world.waitForMessage(stage.chat, ({ photo }) => photo?.name === "shot.png");
    },
  },
  {
    name: "Telegram: 409, another program polls for a moment",
    play: async (scene) => {
      await scene.start();
      scene.stage.telegram.faults.add({ method: "getUpdates", kind: "status", status: 409 });
      scene.ask("single");
      await scene.program.logged(/telegram\.conflict/);
      await scene.settle();
    },
  },
  {
    name: "Telegram: every call fails at random for a while",
    play: async (scene, random) => {
      await scene.start();
      const kinds = random.shuffled(KINDS).slice(0, 3);
      for (const [, kind] of kinds) scene.stage.telegram.faults.add({ times: 2, ...kind });
      scene.ask(random.pick(["single", "plan"]));
      await scene.settle();
      await pause(REPEATS_MS);
    },
  },
];
