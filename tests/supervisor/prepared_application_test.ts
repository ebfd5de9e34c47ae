/** The bot that is loaded ahead: when it is, when it is used, and what a file of somebody else gains. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { writtenRights } from "../../src/config/held_config.ts";
import { SOCKET_HOST } from "../../src/core/codex/codex_settings.ts";
import { createRedactor } from "../../src/core/redaction/redact.ts";
import { loadApplication, LoadingApplication } from "../../src/supervisor/application_launch.ts";
import { filesOfBot } from "../../src/supervisor/own_files.ts";
import type { ApplicationPermissions } from "../../src/supervisor/messages.ts";
import { PreparedApplication } from "../../src/supervisor/prepared_application.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";

const TEXT = `api_root = "http://127.0.0.1:8081"
app_server_url = "unix:///run/codex.sock"
command = "my-codex"
# "https://commented.example"
`;

/** A worker that notes what is done with it. */
class FakeWorker extends EventTarget implements Worker {
  readonly posted: unknown[] = [];
  terminated = 0;
  onerror = null;
  onmessage = null;
  onmessageerror = null;

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.terminated++;
  }

  says(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  readonly permissions: ApplicationPermissions;
  readonly workers: FakeWorker[];
  /** What each was loaded with. */
  readonly loads: ApplicationPermissions[];
  begin(text?: string): Promise<PreparedApplication>;
  write(content: unknown): Promise<void>;
}

async function place(): Promise<Place> {
  const temporary = await temporaryFolder();
  const folder = await Deno.realPath(temporary.path);
  const files = [...filesOfBot(folder), "/run/codex.sock"];
  const program = join(folder, "my-codex");
  await writeProgram(program, "#!/bin/sh\n");
  const workers: FakeWorker[] = [];
  const loads: ApplicationPermissions[] = [];
  const path = join(folder, "last-permissions.json");
  return {
    folder,
    path,
    permissions: {
      read: [...files, program, "/no/such/folder/codex"],
      write: files,
      net: ["127.0.0.1:8081", "unix:/run/codex.sock", `${SOCKET_HOST}:80`],
    },
    workers,
    loads,
    begin: (text = TEXT) =>
      PreparedApplication.begin(folder, writtenRights(text, "/home/ann"), (permissions) => {
        const worker = new FakeWorker();
        workers.push(worker);
        loads.push(permissions);
        return new LoadingApplication(worker);
      }),
    write: async (content) => {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.remove(path).catch(() => {});
      await Deno.writeTextFile(path, text, { mode: 0o600 });
    },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

Deno.test("the first start loads nothing ahead, and leaves its permissions to its owner alone", async () => {
  await using stage = await place();
  const { folder, path, permissions, loads, begin } = stage;
  using prepared = await begin();
  assert.equal(prepared.take(permissions), undefined);
  assert.deepEqual(loads, []);
  await prepared.keep(folder, permissions);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), permissions);
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
});

Deno.test("what is loaded ahead is used when it has the permissions of this start, and is told nothing before", async () => {
  await using stage = await place();
  const { folder, path, permissions, loads, workers, begin, write } = stage;
  await write(permissions);
  const before = await Deno.stat(path);
  {
    using prepared = await begin();
    assert.deepEqual(loads, [permissions]);
    const loading = prepared.take(permissions);
    workers[0]?.says({ type: "ready" });
    assert.equal(await loading?.loaded(), workers[0]);
    await prepared.keep(folder, permissions);
  }
  assert.deepEqual([workers[0]?.posted, workers[0]?.terminated], [[], 0]);
  assert.equal((await Deno.stat(path)).ino, before.ino, "the same is not written again");
});

Deno.test("what is loaded ahead is ended where anything differs, and the next start has it right", async () => {
  await using stage = await place();
  const { folder, path, permissions, workers, begin, write } = stage;
  const { read, write: written, net } = permissions;
  const others: readonly ApplicationPermissions[] = [
    { ...permissions, read: [...read.slice(0, -1), "/no/such/codex"] },
    { ...permissions, write: written.slice(1) },
    { ...permissions, net: [...net].reverse() },
  ];
  for (const other of others) {
    await write(permissions);
    using prepared = await begin();
    assert.equal(prepared.take(other), undefined);
    assert.deepEqual([workers.at(-1)?.posted, workers.at(-1)?.terminated], [[], 1]);
    await prepared.keep(folder, other);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), other);
  }
  assert.equal(workers.length, others.length);
});

Deno.test("a start that fails ends what it has loaded ahead", async () => {
  await using stage = await place();
  const { permissions, workers, begin, write } = stage;
  await write(permissions);
  const starts = async (): Promise<void> => {
    using _prepared = await begin();
    throw new Error("another instance runs");
  };
  await assert.rejects(starts, /another instance/);
  assert.equal(workers[0]?.terminated, 1);
});

Deno.test("a file that allows more than conf.toml names loads nothing", async () => {
  await using stage = await place();
  const { folder, permissions, loads, begin, write } = stage;
  const { read, write: written, net } = permissions;
  const secret = join(folder, ".env");
  await Deno.writeTextFile(secret, "TOKEN=1");
  await Deno.mkdir(join(folder, "codex"));
  const wider: readonly ApplicationPermissions[] = [
    { ...permissions, read: [...read, secret] },
    { ...permissions, read: [...read, join(folder, "conf.toml")] },
    { ...permissions, read: [...read, "/"] },
    // Folders, and programs of another name.
    { ...permissions, read: [...read, join(folder, "codex")] },
    { ...permissions, read: [...read, "/bin/sh"] },
    { ...permissions, read: [...read, "codex"] },
    { ...permissions, read: [...read, `${folder}/../codex`] },
    { ...permissions, write: [...written, folder] },
    { ...permissions, write: [...written, join(folder, "my-codex")] },
    { ...permissions, net: [...net, "stranger.example:443"] },
    { ...permissions, net: [...net, "127.0.0.1"] },
    { ...permissions, net: [...net, "commented.example:443"] },
  ];
  for (const content of wider) {
    await write(content);
    using _prepared = await begin();
    assert.deepEqual(loads, [], JSON.stringify(content));
  }
  // What the person has taken out of conf.toml counts no more.
  await write(permissions);
  using _withoutSocket = await begin(TEXT.replace(/^app_server_url.*$/m, ""));
  assert.deepEqual(loads, []);
  using _same = await begin();
  assert.equal(loads.length, 1);
});

Deno.test("a file that is not as this program leaves it loads nothing", async () => {
  await using stage = await place();
  const { folder, path, permissions, loads, begin, write } = stage;
  const { read, write: written, net } = permissions;
  const contents: readonly unknown[] = [
    "",
    "{ half",
    "null",
    [read, written, net],
    { read, write: written },
    // Nothing may mean everything to the runtime.
    { ...permissions, net: [] },
    { ...permissions, read: true },
    { ...permissions, net: [""] },
    { ...permissions, net: [443] },
    { ...permissions, run: ["/bin/sh"] },
    JSON.stringify(permissions) + " ".repeat(64_000),
  ];
  for (const content of contents) {
    await write(content);
    using _prepared = await begin();
    assert.deepEqual(loads, [], JSON.stringify(content));
  }
  await write(permissions);
  await Deno.chmod(path, 0o644);
  using _open = await begin();
  assert.deepEqual(loads, [], "others may read it");
  const elsewhere = join(folder, "elsewhere.json");
  await Deno.chmod(path, 0o600);
  await Deno.rename(path, elsewhere);
  await Deno.symlink(elsewhere, path);
  using linked = await begin();
  assert.deepEqual(loads, [], "it is a link");
  await linked.keep(folder, permissions);
  assert.ok((await Deno.lstat(path)).isFile, "a link is replaced, and not followed");
});

Deno.test("where what was loaded ahead fails, the application is loaded the usual way", async () => {
  const redactor = createRedactor({ secrets: [] });
  const permissions = { read: ["/no/state.db"], write: ["/no/state.db"], net: ["127.0.0.1:9"] };
  const failures: readonly ((worker: FakeWorker) => void)[] = [
    (worker) => worker.dispatchEvent(new ErrorEvent("error", { message: "no such module" })),
    (worker) => worker.says({ type: "died", reason: "a fault" }),
    (worker) => {
      worker.says({ type: "ready" });
      worker.says({ type: "died", reason: "a fault afterwards" });
    },
  ];
  for (const fails of failures) {
    const worker = new FakeWorker();
    const ahead = new LoadingApplication(worker);
    fails(worker);
    const launch = await loadApplication("bot", permissions, redactor, ahead);
    assert.equal(worker.terminated, 1);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const running = launch({
      onReport: ({ type }) => type === "pong" && resolve(),
      onFailure: reject,
    });
    running.send({ type: "ping" });
    await promise;
    running.terminate();
  }
});
