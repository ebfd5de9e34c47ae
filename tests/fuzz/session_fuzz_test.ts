import assert from "node:assert/strict";
import fc from "fast-check";
import { UserFacingError } from "../../src/core/errors.ts";
import { HISTORY_LIMIT, type Session } from "../../src/core/session/session.ts";
import { SessionFiles } from "../../src/integrations/files/session_files.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { fuzz } from "./fuzz.ts";
import { damaged, damages } from "./json_damage.ts";
import { damagedBytes, textDamages } from "./text_damage.ts";

const KEY = { chatId: "-100", userId: "42" };
const NAME = "-100-42.json";
const SAMPLE = {
  version: 1,
  session_id: "tg:-100:42",
  mode: "single",
  history: [{ role: "user", content: "안녕 🔑" }, { role: "assistant", content: "hello" }],
  last_error: "boom",
  last_run_status: "error",
  last_run_latency_ms: 1234,
  last_run_ended_at: "2026-02-28T10:00:00+00:00",
  last_review_round: 2,
  last_review_result: "needs_changes",
  profile_name: "work",
  developer_thread_id: "thread",
  developer_thread_directory: "/project",
  updated_at: "2026-02-28T10:00:00+00:00",
};

const encoder = new TextEncoder();
const contents: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.oneof(
  damages.map((all) => encoder.encode(JSON.stringify(damaged(SAMPLE, all)) ?? "")),
  textDamages.map((all) => damagedBytes(JSON.stringify(SAMPLE, null, 2), all)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
);

fuzz(
  "SessionFiles gives a session or a reason, and loses no byte of what it cannot read",
  contents,
  async (bytes) => {
    await using temporary = await temporaryFolder();
    const folder = temporary.path;
    await Deno.writeFile(`${folder}/${NAME}`, bytes);
    const store = new SessionFiles({
      folder,
      defaultProfile: "default",
      redact: (text) => text,
      clock: new FakeClock(),
      log: new RecordingLog(),
    });

    const read = await outcomeOf(store.read(KEY));
    const kept = await Deno.readFile(`${folder}/${read?.setAside ?? NAME}`);
    assert.deepEqual(kept, bytes);
    if (read !== undefined) assertSound(read.session);
    // Bytes that are no text would be lost with the next change.
    if (!isText(bytes)) assert.ok(read?.setAside !== undefined);

    const changed = await outcomeOf(store.change(KEY, (session) => ({ ...session, mode: "plan" })));
    assert.equal(changed === undefined, read === undefined);
    if (changed === undefined) {
      assert.deepEqual(await Deno.readFile(`${folder}/${NAME}`), bytes);
    } else {
      assert.deepEqual((await store.read(KEY)).session, changed);
    }
    if (read?.setAside !== undefined) {
      assert.deepEqual(await Deno.readFile(`${folder}/${read.setAside}`), bytes);
    }
  },
);

function isText(bytes: Uint8Array<ArrayBuffer>): boolean {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const same = encoder.encode(text);
  return same.length === bytes.length && same.every((byte, at) => byte === bytes[at]);
}

/** @returns undefined for a refusal that a person can read; throws everything else, as a bug */
async function outcomeOf<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    assert.ok(error instanceof UserFacingError, String(error));
    return undefined;
  }
}

function assertSound(session: Session): void {
  assert.deepEqual(session.key, KEY);
  assert.ok(["single", "plan"].includes(session.mode));
  assert.ok(session.history.length <= HISTORY_LIMIT);
  assert.ok(session.history.every(({ content }) => typeof content === "string"));
  assert.ok(typeof session.profile === "string" && session.profile !== "");
  assert.ok(typeof session.updatedAt === "string");
}
