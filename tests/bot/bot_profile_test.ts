import assert from "node:assert/strict";
import { BotProfile, type BotProfileDependencies } from "../../src/bot/bot_profile.ts";
import { LANGUAGES, textsFor } from "../../src/texts/texts.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryPreferences } from "../fakes/memory_bot_stores.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { diskFailure } from "../fakes/disk_failure.ts";

const AUDIENCE = { groups: [-9], choices: [{ userId: 42, language: "ko" as const }] };

interface Called {
  readonly profile: BotProfile;
  /** The calls: a method with what tells its calls apart. */
  readonly calls: string[];
  readonly log: RecordingLog;
}

/** @param refuses tells whether Telegram refuses a call */
function called(
  kept: BotProfileDependencies["store"],
  { botId = 7, refuses = (): boolean => false }: {
    readonly botId?: number;
    readonly refuses?: (call: string) => boolean;
  } = {},
): Called {
  const calls: string[] = [];
  const log = new RecordingLog();
  const call = (method: string, options: unknown = {}): Promise<true> => {
    const name = `${method} ${JSON.stringify(options)}`;
    calls.push(name);
    return refuses(name) ? Promise.reject(new Error("no")) : Promise.resolve(true);
  };
  const profile = new BotProfile({
    api: {
      setMyCommands: (_menu, options) => call("setMyCommands", options),
      setMyDescription: (_text, options) => call("setMyDescription", options),
      setMyShortDescription: (_text, options) => call("setMyShortDescription", options),
      setChatMenuButton: (options) => call("setChatMenuButton", options),
    },
    botId,
    store: kept,
    clock: new FakeClock(),
    log,
    signal: new AbortController().signal,
  });
  return { profile, calls, log };
}

Deno.test("BotProfile sets menus and texts for everybody, and in Korean", async () => {
  const { profile, calls } = called(new MemoryPreferences());
  await profile.publish(AUDIENCE);
  assert.deepEqual(calls, [
    'setMyCommands {"scope":{"type":"all_private_chats"}}',
    'setMyCommands {"scope":{"type":"all_private_chats"},"language_code":"ko"}',
    'setMyCommands {"scope":{"type":"chat","chat_id":-9}}',
    'setMyCommands {"scope":{"type":"chat","chat_id":-9},"language_code":"ko"}',
    'setMyCommands {"scope":{"type":"chat","chat_id":42}}',
    "setMyDescription {}",
    "setMyShortDescription {}",
    'setMyDescription {"language_code":"ko"}',
    'setMyShortDescription {"language_code":"ko"}',
    'setChatMenuButton {"menu_button":{"type":"commands"}}',
  ]);
});

Deno.test("BotProfile makes no call for what has not changed, also after a restart", async () => {
  const kept = new MemoryPreferences();
  await called(kept).profile.publish(AUDIENCE);
  const later = called(kept);
  await later.profile.publish(AUDIENCE);
  assert.deepEqual(later.calls, []);
  const other = called(kept, { botId: 8 });
  await other.profile.publish(AUDIENCE);
  assert.equal(other.calls.length, 10);
});

Deno.test("BotProfile sets what has changed, and nothing else", async () => {
  const kept = new MemoryPreferences();
  await called(kept).profile.publish(AUDIENCE);
  const later = called(kept);
  await later.profile.publish({
    groups: [-9, -10],
    choices: [{ userId: 42, language: "en" }],
  });
  assert.deepEqual(later.calls, [
    'setMyCommands {"scope":{"type":"chat","chat_id":-10}}',
    'setMyCommands {"scope":{"type":"chat","chat_id":-10},"language_code":"ko"}',
    'setMyCommands {"scope":{"type":"chat","chat_id":42}}',
  ]);
});

Deno.test("BotProfile goes on when a call fails, and tries that one again next time", async () => {
  const kept = new MemoryPreferences();
  const first = called(kept, { refuses: (call) => call.includes("-9") });
  await first.profile.publish(AUDIENCE);
  assert.equal(first.calls.length, 10);
  assert.equal(first.log.lines.filter(({ message }) => /failed/.test(message)).length, 2);
  const later = called(kept);
  await later.profile.publish(AUDIENCE);
  assert.equal(later.calls.length, 2);
});

Deno.test("BotProfile works while the disk is full", async () => {
  const { profile, calls } = called({
    get: () => undefined,
    set: () => {
      throw diskFailure();
    },
  });
  await profile.publish(AUDIENCE);
  assert.equal(calls.length, 10);
});

Deno.test("BotProfile follows the language that a person chooses", async () => {
  const { profile, calls } = called(new MemoryPreferences());
  profile.languageChosen(42, "ko");
  profile.languageChosen(42, "ko");
  profile.languageChosen(42, "en");
  await profile.publish({ groups: [], choices: [{ userId: 42, language: "en" }] });
  const menus = calls.filter((call) => call.includes('"chat_id":42'));
  assert.equal(menus.length, 2);
});

Deno.test("the bot's descriptions fit into its profile", () => {
  for (const language of LANGUAGES) {
    const { description, shortDescription } = textsFor(language).botProfile;
    assert.ok(description.length <= 512, `${language} ${description.length}`);
    assert.ok(shortDescription.length <= 120, `${language} ${shortDescription.length}`);
  }
});
