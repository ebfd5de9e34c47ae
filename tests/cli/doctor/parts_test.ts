/** The parts of the doctor that need no machine. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { BotCheck } from "../../../src/bot/setup/bot_check.ts";
import { bytesInWords, diskFinding, freeBytes } from "../../../src/cli/doctor/checks/storage.ts";
import { groupOf, ok, together, warn } from "../../../src/cli/doctor/check.ts";
import { clockFinding } from "../../../src/cli/doctor/checks/telegram.ts";
import { isInside } from "../../../src/config/paths.ts";
import { CHECKS } from "../../../src/cli/doctor/examination.ts";
import { checkDatabase } from "../../../src/integrations/state/database_check.ts";
import { openDatabaseFile } from "../../../src/integrations/state/database_file.ts";
import { SCHEMA_VERSION } from "../../../src/integrations/state/schema.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { wreck } from "../../integrations/state/damaged.ts";
import { namesIn, temporaryFolder } from "../../support/temporary_folder.ts";

Deno.test("check ids are unique and in the order of the groups", () => {
  const ids = CHECKS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(Map.groupBy(CHECKS, groupOf).values().toArray().flat(), CHECKS);
});

Deno.test("free space is read from df, and judged", () => {
  const df = (available: number): string =>
    `Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/my disk 100 20 ${available} 20% /a b\n`;
  assert.equal(freeBytes(df(80)), 81_920);
  assert.equal(freeBytes(df(-5)), 0);
  assert.equal(freeBytes("df: no such file\n"), undefined);
  assert.deepEqual(
    [19_999_999, 20_000_000, 199_999_999, 200_000_000].map((free) => diskFinding(free).status),
    ["fail", "warn", "warn", "ok"],
  );
});

Deno.test("amounts have three digits at most", () => {
  assert.deepEqual([0, 999, 1_000, 9_950, 123_456, 999_600, 1.2e9].map(bytesInWords), [
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "10 kB",
    "123 kB",
    "1.0 MB",
    "1.2 GB",
  ]);
});

Deno.test("a path in a folder is distinguished from one with a similar name", () => {
  assert.deepEqual(
    ["/a/b", "/a/b/c", "/a/bc", "/a", "/a/b/..c"].map((path) => isInside(path, "/a/b")),
    [true, true, false, false, true],
  );
});

Deno.test("a clock that is off by more than a minute is a warning", () => {
  assert.deepEqual([0, 60_000, -60_000].map((ms) => clockFinding(ms).status), ["ok", "ok", "ok"]);
  assert.equal(clockFinding(61_000).summary, "the clock is 61 s behind Telegram's");
  assert.equal(clockFinding(-3_600_000).summary, "the clock is 3600 s ahead of Telegram's");
});

Deno.test("Telegram's time is read from its answer", async () => {
  const clock = new FakeClock();
  const date = new Date(clock.now().getTime() + 90_000).toUTCString();
  const check = new BotCheck({
    botToken: "1:x",
    apiRoot: "https://telegram.example",
    clock,
    fetch: () =>
      Promise.resolve(
        Response.json({ ok: true, result: { id: 1, username: "a_bot" } }, { headers: { date } }),
      ),
  });
  const { username, clockAheadMs } = await check.account(new AbortController().signal);
  assert.deepEqual([username, clockAheadMs], ["a_bot", 90_000]);
});

for (
  const [said, fits] of [
    [
      "invalid peer certificate: UnknownIssuer",
      /peer certificate: UnknownIssuer\. .*DENO_TLS_CA_STORE=system/,
    ],
    ["invalid peer certificate: Expired", /its certificate cannot be trusted/],
    ["dns error: failed to lookup address information", /its name cannot be looked up/],
    ["tcp connect error: Connection refused (os error 111)", /it refuses the connection/],
    ["something new", /the connection was lost/],
  ] as const
) {
  Deno.test(`a connection that fails by "${said}" is told without the address`, async () => {
    const cause = new Error(
      `error sending request for url (https://t.example/bot1:secret/getMe): ${said}`,
    );
    const check = new BotCheck({
      botToken: "1:secret",
      apiRoot: "https://t.example",
      clock: new FakeClock(),
      fetch: () => Promise.reject(new TypeError("fetch failed", { cause })),
    });
    await assert.rejects(check.account(new AbortController().signal), (error: Error) => {
      const remedy = "remedy" in error ? String(error.remedy) : "";
      assert.match(`${error.message}. ${remedy}`, fits);
      assert.ok(!error.message.includes("secret"));
      return true;
    });
  });
}

Deno.test("several findings are joined, worst first; a single one stays as it is", () => {
  const fine = { name: "a", ...ok("fine") };
  const bad = { name: "b", ...warn("so so", "Fix it", ["more"]) };
  assert.deepEqual(together([fine], "all"), { status: "ok", summary: "a: fine", detail: [] });
  assert.deepEqual(together([fine, { ...fine, name: "c" }], "all fine"), {
    status: "ok",
    summary: "all fine",
    detail: ["a: fine", "c: fine"],
  });
  assert.deepEqual(together([fine, bad], "all"), {
    status: "warn",
    summary: "1 of 2 need attention",
    detail: ["warn: b: so so", "more", "a: fine"],
    remedy: "Fix it",
  });
});

Deno.test("a database is checked without changing its folder", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "state.db");
  const look = (inUse: boolean): ReturnType<typeof checkDatabase> => checkDatabase(path, { inUse });
  assert.deepEqual(await look(false), { state: "missing" });
  const open = openDatabaseFile(path);
  const version = SCHEMA_VERSION;
  assert.equal((await look(true)).state, "sound");
  open.exec(`PRAGMA user_version = 99`);
  assert.deepEqual(await look(true), { state: "newer", version: 99, ours: version });
  open.exec(`PRAGMA user_version = ${version}`);
  open.close();
  assert.deepEqual(namesIn(folder.path), ["state.db"]);
  assert.deepEqual(await look(false), { state: "sound", version, ours: version });
  assert.deepEqual(namesIn(folder.path), ["state.db"]);
  await Deno.writeTextFile(path, "no database at all, but long enough to look like one".repeat(30));
  const damaged = await look(false);
  assert.ok(damaged.state === "damaged" && /not a database/.test(damaged.reason));
  assert.deepEqual(namesIn(folder.path), ["state.db"]);
});

Deno.test("a database with a log from a crash is sound, and one with a broken log is not", async () => {
  await using left = await wreck();
  const before = namesIn(left.folder);
  assert.equal((await checkDatabase(left.path, { inUse: false })).state, "sound");
  assert.deepEqual(namesIn(left.folder), before);
  const log = await Deno.readFile(`${left.path}-wal`);
  log.fill(7, 100, 200);
  await Deno.writeFile(`${left.path}-wal`, log);
  assert.equal((await checkDatabase(left.path, { inUse: false })).state, "damaged");
});
