import assert from "node:assert/strict";
import fc from "fast-check";
import { StorageError } from "../../../src/core/errors.ts";
import { namesIn } from "../../support/temporary_folder.ts";
import {
  ASIDE,
  assertSetAside,
  fingerprints,
  IN_LOG,
  overwrite,
  store,
  STORED,
  wreck,
} from "./damaged.ts";

const LOG_HEADER = 32;
const PAGE = 4096;
const FRAME = 24 + PAGE;

async function size(path: string): Promise<number> {
  return (await Deno.stat(path)).size;
}

const SET_ASIDE: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "whose header is destroyed": async (path) => {
    await overwrite(path, 0, 100);
    await Deno.remove(`${path}-wal`);
  },
  "that is another kind of file": (path) => Deno.writeTextFile(path, "no database ".repeat(1_000)),
  "whose pages in the middle are overwritten": (path) => overwrite(path, 10 * PAGE, 6 * PAGE),
  "that was cut in half and has lost its log": async (path) => {
    await Deno.truncate(path, (await size(path)) / 2);
    await Deno.remove(`${path}-wal`);
  },
  "that is empty beside its log": (path) => Deno.truncate(path, 0),
  "that is gone and has left its log": (path) => Deno.remove(path),
  "whose log is overwritten": async (path) =>
    await overwrite(`${path}-wal`, 0, await size(`${path}-wal`)),
  "whose log has a damaged header": (path) => overwrite(`${path}-wal`, 17, 2),
  "whose log has a damaged page in the middle": (path) =>
    overwrite(`${path}-wal`, LOG_HEADER + 8 * FRAME + 200, 1),
  "whose log has a damaged frame in the middle": (path) =>
    overwrite(`${path}-wal`, LOG_HEADER + 8 * FRAME, 24),
};

for (const [how, damage] of Object.entries(SET_ASIDE)) {
  Deno.test(`StateDatabase sets a database aside ${how}`, async () => {
    await using found = await wreck();
    await damage(found.path);
    await assertSetAside(found, await fingerprints(found.path));
  });
}

Deno.test("StateDatabase sets a folder in place of the file aside, with what is in it", async () => {
  await using found = await wreck();
  await Deno.remove(found.path);
  await Deno.mkdir(`${found.path}/inner`, { recursive: true });
  await assertSetAside(found, await fingerprints(found.path));
  assert.deepEqual(namesIn(`${found.folder}/${ASIDE}`), ["inner"]);
});

const WORKS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  "as a crash has left it": () => Promise.resolve(),
  "whose header is destroyed and stands in its log": (path) => overwrite(path, 0, 100),
  "whose shared memory is rubbish": (path) => Deno.writeTextFile(`${path}-shm`, "rubbish"),
  "whose log ends in half a frame": async (path) =>
    await Deno.truncate(`${path}-wal`, (await size(`${path}-wal`)) - 1_000),
  "whose last transaction is torn": async (path) =>
    await overwrite(`${path}-wal`, (await size(`${path}-wal`)) - 1_000, 100),
  "whose log was begun by a crash and holds no frame": (path) =>
    Deno.writeFile(`${path}-wal`, new Uint8Array(LOG_HEADER)),
};

for (const [how, damage] of Object.entries(WORKS)) {
  Deno.test(`StateDatabase uses a database ${how}`, async () => {
    await using found = await wreck();
    await damage(found.path);
    const count = found.inbox.pending().length;
    assert.ok(count >= STORED - IN_LOG, `${count} updates are left`);
    store(found.inbox, 5_000, 1);
    assert.equal(found.inbox.pending().length, count + 1);
    assert.deepEqual([found.database.takeSetAside(), found.log.lines], [undefined, []]);
  });
}

Deno.test("StateDatabase loses nothing that was committed when the file is as a crash has left it", async () => {
  await using found = await wreck();
  assert.equal(found.inbox.pending().length, STORED);
});

Deno.test("StateDatabase takes an empty file without a log for a new one", async () => {
  await using found = await wreck();
  await Deno.remove(`${found.path}-wal`);
  await Deno.truncate(found.path, 0);
  assert.deepEqual([found.inbox.pending(), found.database.takeSetAside()], [[], undefined]);
});

Deno.test("StateDatabase keeps both of two databases that are damaged in the same instant", async () => {
  await using found = await wreck();
  await Deno.writeTextFile(found.path, "first ".repeat(1_000));
  store(found.inbox, 1, 1);
  found.database[Symbol.dispose]();
  await Deno.writeTextFile(found.path, "second ".repeat(1_000));
  store(found.inbox, 1, 1);
  const names = [found.database.takeSetAside(), found.database.takeSetAside()];
  assert.deepEqual(names, [ASIDE, `${ASIDE}-1`]);
  assert.match(await Deno.readTextFile(`${found.folder}/${ASIDE}`), /^first/);
  assert.match(await Deno.readTextFile(`${found.folder}/${ASIDE}-1`), /^second/);
});

Deno.test("StateDatabase that finds damage at work fails once, sets the file aside and goes on", async () => {
  await using found = await wreck();
  store(found.inbox, 5_000, 1);
  found.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  store(found.inbox, 6_000, 1);
  found.database.run("PRAGMA cache_size = 1");
  await overwrite(found.path, 5 * PAGE, (await size(found.path)) - 5 * PAGE);
  const original = await fingerprints(found.path);
  assert.throws(() => found.inbox.pending(), /StorageError.*damaged and is set aside/);
  await assertSetAside(found, original);
});

Deno.test("StateDatabase rolls nothing over into the new file when damage is found in a transaction", async () => {
  await using found = await wreck();
  store(found.inbox, 5_000, 1);
  found.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  found.database.run("PRAGMA cache_size = 1");
  await overwrite(found.path, 5 * PAGE, (await size(found.path)) - 5 * PAGE);
  const work = (): void => {
    found.database.run("INSERT INTO facts VALUES ('a', 'b')");
    found.inbox.pending();
  };
  assert.throws(() => found.database.transaction(work), StorageError);
  assert.equal(found.database.get("SELECT * FROM facts"), undefined);
  found.database.transaction(() => found.database.run("INSERT INTO facts VALUES ('a', 'b')"));
  assert.notEqual(found.database.get("SELECT * FROM facts"), undefined);
});

Deno.test("StateDatabase bears any damage: it works, or the file is set aside", async () => {
  const damage = fc.record({
    companion: fc.constantFrom("", "-wal"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6_000 }),
    cut: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      await using found = await wreck();
      for (const { companion, at, bytes, cut } of damages) {
        const path = `${found.path}${companion}`;
        const start = Math.floor(at * await size(path));
        using file = await Deno.open(path, { write: true });
        await file.seek(start, Deno.SeekMode.Start);
        await file.write(bytes);
        if (cut) await file.truncate(start);
      }
      const original = await fingerprints(found.path);
      try {
        found.inbox.pending();
      } catch (error) {
        assert.ok(error instanceof StorageError, String(error));
      }
      const name = found.database.takeSetAside();
      if (name === undefined) return;
      assert.deepEqual(await fingerprints(`${found.folder}/${name}`), original);
      store(found.inbox, 9_000, 1);
    }),
    { numRuns: 40 },
  );
});
