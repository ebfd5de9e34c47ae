import assert from "node:assert/strict";
import { UserFacingError } from "../../../src/core/errors.ts";
import { newSession, type Session, withExchange } from "../../../src/core/session/session.ts";
import { SessionFiles } from "../../../src/integrations/files/session_files.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { modeOf, namesIn, temporaryFolder } from "../../support/temporary_folder.ts";

const KEY = { chatId: "-1001234567890", userId: "42" };
const FILE = "-1001234567890-42.json";
const NOW = "2026-01-02T03:04:05.000Z";
/** As the Python program writes it. */
const PYTHON_FILE = {
  session_id: "tg:-1001234567890:42",
  chat_id: "-1001234567890",
  user_id: "42",
  mode: "single",
  history: [{ role: "user", content: "안녕" }, { role: "assistant", content: "hello" }],
  run_lock: true,
  last_error: "boom",
  last_run_status: "error",
  last_run_latency_ms: 1234,
  last_review_round: 2,
  last_review_result: "needs_changes",
  profile_name: "Bridge",
  profile_model: "gpt-5",
  profile_working_directory: "/x",
  profile_agent_models: {},
  profile_agent_system_prompts: {},
  updated_at: "2026-02-28T10:00:00+00:00",
};

Deno.test("read gives a new session where there is no file, and writes none", async () => {
  await using place = await storeIn();
  assert.deepEqual(await place.store.read(KEY), {
    session: newSession(KEY, "default", new Date(NOW)),
  });
  assert.deepEqual(namesIn(place.parent), []);
});

Deno.test("change redacts the secrets in every text that it writes", async () => {
  await using place = await storeIn();

  const written = await place.store.change(KEY, (session) => ({
    ...withExchange(session, "say hush", "I say hush"),
    lastRun: { status: "error", latencyMs: 5, endedAt: NOW, error: "no hush", reviewRound: 0 },
  }));

  assert.deepEqual(written.history.map(({ content }) => content), ["say ••••", "I say ••••"]);
  assert.equal(written.lastRun?.error, "no ••••");
  assert.deepEqual((await place.store.read(KEY)).session, written);
  assert.ok(!(await Deno.readTextFile(`${place.folder}/${FILE}`)).includes("hush"));
});

Deno.test("change writes what read then gives, for its owner alone", async () => {
  await using place = await storeIn();
  const full = (session: Session): Session => ({
    ...withExchange(session, "ask", "answer"),
    mode: "single",
    profile: "work",
    planApproval: "ask",
    developerThread: { id: "t-1", workingDirectory: "/w", chosen: true },
    reviewed: {
      runId: "r1",
      subject: {
        kind: "uncommitted",
        totals: { files: 1, added: 1, removed: 0 },
        findings: [],
        summary: "",
      },
      mending: { runId: "r2", ids: ["F1"] },
    },
    lastRun: {
      status: "cancelled",
      task: "review",
      goal: "kept",
      latencyMs: 5,
      endedAt: NOW,
      error: "stopped",
      reviewRound: 1,
      reviewResult: "unreadable",
    },
  });

  const written = await place.store.change(KEY, full);

  assert.deepEqual(written, full({ ...newSession(KEY, "default", new Date(NOW)), updatedAt: NOW }));
  assert.deepEqual(await place.store.read(KEY), { session: written });
  assert.deepEqual(namesIn(place.folder), [FILE]);
  assert.equal(await modeOf(`${place.folder}/${FILE}`), 0o600);
  assert.equal(await modeOf(place.folder), 0o700);
});

Deno.test("read understands a file of the Python program", async () => {
  await using place = await storeIn(JSON.stringify(PYTHON_FILE));
  assert.deepEqual((await place.store.read(KEY)).session, {
    key: KEY,
    mode: "single",
    profile: "bridge",
    history: PYTHON_FILE.history,
    lastRun: {
      status: "error",
      latencyMs: 1234,
      endedAt: PYTHON_FILE.updated_at,
      error: "boom",
      reviewRound: 2,
      reviewResult: "needs_changes",
    },
    updatedAt: PYTHON_FILE.updated_at,
  });
});

Deno.test("change keeps the field names that the Python program reads", async () => {
  await using place = await storeIn(JSON.stringify(PYTHON_FILE));
  await place.store.change(KEY, (session) => session);
  const file: unknown = JSON.parse(await Deno.readTextFile(`${place.folder}/${FILE}`));
  const { run_lock: _, profile_model: _1, profile_working_directory: _2, ...kept } = PYTHON_FILE;
  const { profile_agent_models: _3, profile_agent_system_prompts: _4, ...same } = kept;
  assert.deepEqual(file, {
    ...same,
    version: 1,
    profile_name: "bridge",
    conversation_name: null,
    developer_thread_id: null,
    goal_time_budget_ms: null,
    developer_thread_directory: null,
    developer_thread_machine: null,
    developer_thread_chosen: false,
    topic_id: null,
    model: null,
    reasoning_effort: null,
    notes: null,
    usage: null,
    last_trouble: null,
    last_end: null,
    last_accepted_by: null,
    last_run_id: null,
    last_run_ended_at: PYTHON_FILE.updated_at,
    updated_at: NOW,
  });
});

Deno.test("read takes modes and results that it does not know for the usual ones", async () => {
  await using place = await storeIn(
    JSON.stringify({
      ...PYTHON_FILE,
      mode: "multi",
      last_review_result: "?",
      last_run_status: "?",
    }),
  );
  const { session } = await place.store.read(KEY);
  assert.equal(session.mode, "plan");
  assert.equal(session.lastRun, undefined);
});

for (
  const [what, text, reason] of [
    ["half a file", '{"mode": "pl', "not a JSON object"],
    ["an empty file", "", "not a JSON object"],
    ["a list", "[]", "not a JSON object"],
    ["an unusable history", '{"history": "x"}', "unusable field history"],
  ] as const
) {
  Deno.test(`read sets ${what} aside, says so once, and begins anew`, async () => {
    await using place = await storeIn(text);
    const read = await place.store.read(KEY);

    const aside = `${place.folder}/${FILE}.damaged-2026-01-02T03-04-05.000Z`;
    assert.equal(read.setAside, aside.slice(place.folder.length + 1));
    assert.deepEqual(read.session.history, []);
    assert.equal(await Deno.readTextFile(aside), text);
    assert.deepEqual(place.log.lines, [
      { level: "warn", message: "session.set-aside", fields: { file: aside, reason } },
    ]);
    assert.equal((await place.store.read(KEY)).setAside, undefined);
  });
}

Deno.test("a file set aside by change is told by the next read", async () => {
  await using place = await storeIn("oops");
  await place.store.change(KEY, (session) => ({ ...session, mode: "single" }));
  const read = await place.store.read(KEY);
  assert.match(read.setAside ?? "", /damaged-/);
  assert.equal(read.session.mode, "single");
});

Deno.test("a file set aside by a look is told by the next read", async () => {
  await using place = await storeIn("oops");
  assert.deepEqual((await place.store.peek(KEY)).history, []);
  await place.store.peek(KEY);
  assert.match((await place.store.read(KEY)).setAside ?? "", /damaged-/);
});

Deno.test("a damaged file never takes the place of an earlier one", async () => {
  await using place = await storeIn("first");
  await place.store.read(KEY);
  await Deno.writeTextFile(`${place.folder}/${FILE}`, "second");
  assert.match((await place.store.read(KEY)).setAside ?? "", /Z-1$/);
  assert.equal(namesIn(place.folder).length, 2);
});

Deno.test("changes of one session never interleave", async () => {
  await using place = await storeIn();
  const changes = Array.from(
    { length: 20 },
    (_, number) =>
      place.store.change(KEY, (session) => ({
        ...session,
        history: [...session.history, { role: "user", content: String(number) }],
      })),
  );
  await Promise.all(changes);
  const { session } = await place.store.read(KEY);
  assert.deepEqual(
    session.history.map(({ content }) => content),
    Array.from({ length: 20 }, (_, number) => String(number)),
  );
});

Deno.test("a change that throws leaves the session as it was and free for the next", async () => {
  await using place = await storeIn();
  await assert.rejects(place.store.change(KEY, () => {
    throw new Error("no");
  }));
  await place.store.change(KEY, (session) => ({ ...session, mode: "single" }));
  assert.equal((await place.store.read(KEY)).session.mode, "single");
});

Deno.test("a session file that is a link is refused and left alone", async () => {
  await using place = await storeIn();
  await Deno.mkdir(place.folder);
  await Deno.writeTextFile(`${place.parent}/target`, "secret");
  await Deno.symlink(`${place.parent}/target`, `${place.folder}/${FILE}`);
  const refused = (error: unknown): boolean =>
    error instanceof UserFacingError && /it is a link or a folder/.test(error.message);
  await assert.rejects(place.store.read(KEY), refused);
  await assert.rejects(place.store.change(KEY, (session) => session), refused);
  assert.equal(await Deno.readTextFile(`${place.parent}/target`), "secret");
});

Deno.test("a file of a newer version is refused and left alone", async () => {
  await using place = await storeIn('{"version": 2}');
  await assert.rejects(place.store.read(KEY), /a newer version of this program/);
  assert.deepEqual(namesIn(place.folder), [FILE]);
});

for (const key of [{ chatId: "../x", userId: "1" }, { chatId: "1", userId: "-1" }]) {
  Deno.test(`ids that are none of Telegram's are refused: ${JSON.stringify(key)}`, async () => {
    await using place = await storeIn();
    await assert.rejects(place.store.read(key), /no Telegram ids/);
  });
}

Deno.test("a folder that cannot be made is told in one sentence", async () => {
  await using place = await storeIn();
  await Deno.writeTextFile(place.folder, "a file is in the way");
  await assert.rejects(
    place.store.change(KEY, (session) => session),
    (error) => error instanceof UserFacingError && /^Cannot .*sessions/.test(error.message),
  );
});

interface Place extends AsyncDisposable {
  readonly parent: string;
  readonly folder: string;
  readonly store: SessionFiles;
  readonly log: RecordingLog;
}

/** A store whose folder holds `text` as the file of `KEY`, or is not there yet. */
async function storeIn(text?: string): Promise<Place> {
  const temporary = await temporaryFolder();
  const folder = `${temporary.path}/sessions`;
  if (text !== undefined) {
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/${FILE}`, text);
  }
  const log = new RecordingLog();
  const store = new SessionFiles({
    folder,
    defaultProfile: "default",
    redact: (text) => text.replaceAll("hush", "••••"),
    clock: new FakeClock(),
    log,
  });
  return {
    parent: temporary.path,
    folder,
    store,
    log,
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

Deno.test("a topic has a session of its own, with what was chosen and used in it", async () => {
  await using place = await storeIn("{}");
  const key = { ...KEY, topicId: "77" };
  const usage = {
    inputTokens: 5,
    cachedInputTokens: 4,
    outputTokens: 3,
    reasoningTokens: 2,
    totalTokens: 8,
  };
  const chosen = { model: "gpt-5.5", reasoningEffort: "high", usage };
  await place.store.change(key, (session) => ({ ...session, ...chosen }));
  const { session } = await place.store.read(key);
  assert.deepEqual({ ...session, ...chosen }, session);
  assert.ok((await Deno.stat(`${place.folder}/${KEY.chatId}-${KEY.userId}-77.json`)).isFile);
  assert.equal((await place.store.read(KEY)).session.model, undefined);
});

Deno.test("a session file with bytes that are no text is set aside, with every byte", async () => {
  await using temporary = await temporaryFolder();
  const bytes = new TextEncoder().encode('{"history": [{"role": "user", "content": "?"}]}');
  bytes[bytes.indexOf(0x3f)] = 0xff;
  await Deno.writeFile(`${temporary.path}/1-2.json`, bytes);
  const store = new SessionFiles({
    folder: temporary.path,
    defaultProfile: "default",
    redact: (text) => text,
    clock: new FakeClock(),
    log: new RecordingLog(),
  });

  const { session, setAside } = await store.read({ chatId: "1", userId: "2" });

  assert.deepEqual(session.history, []);
  assert.deepEqual(await Deno.readFile(`${temporary.path}/${setAside}`), bytes);
});

Deno.test("a session is read from its file again only when that has changed", async () => {
  await using place = await storeIn();
  await place.store.change(KEY, (session) => withExchange(session, "ask", "answer"));
  const { session } = await place.store.read(KEY);
  assert.equal((await place.store.read(KEY)).session, session);
  const path = `${place.folder}/${FILE}`;
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("answer", "reply"));
  const [, edited] = (await place.store.read(KEY)).session.history;
  assert.equal(edited?.content, "reply");
  await Deno.remove(path);
  assert.deepEqual((await place.store.read(KEY)).session.history, []);
});

Deno.test("a file that somebody changes as soon as it is there is read from then on", async () => {
  await using place = await storeIn();
  const path = `${place.folder}/${FILE}`;
  for (let each = 0; each < 20; each++) {
    const changing = place.store.change(KEY, (session) => withExchange(session, "ask", `${each}`));
    let isOver = false;
    void changing.finally(() => isOver = true);
    const before = `answer of ${each}`;
    while (!isOver && !(await textIn(path)).includes(`"${each}"`)) await Promise.resolve();
    await Deno.writeTextFile(path, (await textIn(path)).replace(`"${each}"`, `"${before}"`));
    await changing;
    const { session } = await place.store.read(KEY);
    assert.ok(session.history.some(({ content }) => content === before), before);
  }
});

function textIn(path: string): Promise<string> {
  return Deno.readTextFile(path).catch(() => "");
}

Deno.test("only so many sessions stay in memory, those used last", async () => {
  await using place = await storeIn();
  const long = "x".repeat(16_000);
  const keys = Array.from({ length: 14 }, (_, index) => ({ chatId: "7", userId: `${index}` }));
  for (const key of keys) {
    await place.store.change(key, (session) => {
      let full = session;
      for (let each = 0; each < 10; each++) full = withExchange(full, long, long);
      return full;
    });
  }
  const [first = KEY, ...others] = keys;
  const read = async (key: typeof KEY): Promise<Session> => (await place.store.read(key)).session;
  const session = await read(first);
  assert.equal(await read(first), session);
  for (const key of others) await read(key);
  assert.notEqual(await read(first), session);
  assert.deepEqual(await read(first), session);
});

Deno.test("takeGone tells once that a session which was known has no file any more", async () => {
  await using place = await storeIn();
  const { store } = place;
  assert.equal(store.takeGone(KEY), false);
  await store.read(KEY);
  assert.equal(store.takeGone(KEY), false, "a session that is new is not gone");
  await store.change(KEY, (session) => ({ ...session, mode: "single" }));
  await Deno.remove(`${place.folder}/${FILE}`);
  assert.equal((await store.read(KEY)).session.mode, "plan");
  assert.deepEqual([store.takeGone(KEY), store.takeGone(KEY)], [true, false]);
  await store.change(KEY, (session) => ({ ...session, mode: "single" }));
  await Deno.remove(place.folder, { recursive: true });
  await store.change(KEY, (session) => session);
  assert.equal(store.takeGone(KEY), true, "also where it was missed in a change");
});
