/** What real Codex tells beside its turns, by the app-server of both generations. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { CodexError } from "../../../src/core/errors.ts";
import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import { DOT_PNG, localSettings, setUpStage, type Stage } from "../../contracts/codex_stage.ts";
import { CODEX_VERSIONS } from "../../support/codex_versions.ts";

const LIMIT_HEADERS = {
  "x-codex-primary-used-percent": "42",
  "x-codex-primary-window-minutes": "300",
  "x-codex-primary-reset-at": "1800000000",
  "x-codex-secondary-used-percent": "7",
  "x-codex-secondary-window-minutes": "10080",
  "x-codex-secondary-reset-at": "1800600000",
};

for (const version of CODEX_VERSIONS) {
  const test = (what: string, body: (stage: Stage) => Promise<void>): void =>
    Deno.test(`queries ${version} ${what}`, async () => {
      await using stage = await setUpStage(async (setup) =>
        localAppServer(await localSettings(version, "app-server", setup))
      );
      await body(stage);
    });

  test("models tells what may be chosen, and the default of config.toml", async ({ backend, workspace }) => {
    const models = await backend.queries.models(workspace);
    assert.ok(models.length > 3, JSON.stringify(models));
    assert.deepEqual(models.filter(({ isDefault }) => isDefault).map(({ slug }) => slug), [
      "gpt-5.5",
    ]);
    const model = models.find(({ slug }) => slug === "gpt-5.5");
    assert.equal(model?.name, "GPT-5.5");
    assert.equal(model?.defaultEffort, "medium");
    assert.deepEqual(model?.efforts.map(({ name }) => name), ["low", "medium", "high", "xhigh"]);
    assert.notEqual(model?.efforts[0]?.description, "");
  });

  test("models names a configured model that Codex does not know", async (stage) => {
    await configure(stage, /gpt-5\.5/, "our-own-model");
    await using later = await stage.another();
    const [first, ...others] = await later.backend.queries.models(stage.workspace);
    assert.equal(first?.slug, "our-own-model");
    assert.equal(first?.isDefault, true);
    assert.ok(others.every(({ isDefault }) => !isDefault));
  });

  test("models tells the effort of config.toml", async (stage) => {
    await configure(stage, /^/, 'model_reasoning_effort = "high"\n');
    await using later = await stage.another();
    const models = await later.backend.queries.models(stage.workspace);
    assert.ok(models.every(({ defaultEffort }) => defaultEffort === "high"));
  });

  test("threads lists the folder's conversations by what was asked, newest first", async (stage) => {
    const { backend, workspace, thread, run, options } = stage;
    const other = join(workspace, "other");
    await Deno.mkdir(other);
    await run(thread({ workingDirectory: other }), "elsewhere");
    await run(thread({ ephemeral: true }), "not kept");
    await run(thread(), "\n## fix   the login\nsecond line");
    // Codex keeps whole seconds.
    await aSecondLater();
    const request = "# Request\n\nbuild it\n\n# Plan to carry out\n\n1. think";
    const { result } = await run(thread(), request);
    const { workingDirectory } = options;
    const threads = await backend.queries.threads(workingDirectory, 10);
    assert.deepEqual(threads.map(({ title }) => title), ["build it", "fix the login"]);
    assert.equal(threads[0]?.id, result.threadId);
    const age = Date.now() - Date.parse(threads[0]?.updatedAt ?? "");
    assert.ok(age > -2_000 && age < 60_000, `${age} ms`);
    assert.equal((await backend.queries.threads(workingDirectory, 1)).length, 1);
    assert.deepEqual(await backend.queries.threads(join(workspace, "nobody"), 10), []);
  });

  test("threads names a conversation that began with an image by its words", async (stage) => {
    const { backend, workspace, thread, begin } = stage;
    const image = join(workspace, "dot.png");
    await Deno.writeFile(image, DOT_PNG);
    await begin(thread(), { text: "what is this?", images: [image] }).result;
    const [listed] = await backend.queries.threads(workspace, 1);
    assert.equal(listed?.title, "what is this?");
  });

  test("rateLimits has none without an account, and else what the answers told", async (stage) => {
    const { api, backend, thread, run } = stage;
    assert.equal(await backend.queries.rateLimits(), undefined);
    api.script({ when: () => true, steps: [{ message: "well" }], headers: LIMIT_HEADERS });
    await run(thread(), "hello");
    assert.deepEqual(await backend.queries.rateLimits(), {
      primary: { usedPercent: 42, windowMinutes: 300, resetsAt: "2027-01-15T08:00:00.000Z" },
      secondary: { usedPercent: 7, windowMinutes: 10_080, resetsAt: "2027-01-22T06:40:00.000Z" },
    });
  });

  test("readFile reads a file by any path that lies inside", async ({ backend, workspace }) => {
    const bytes = crypto.getRandomValues(new Uint8Array(5_000));
    await Deno.mkdir(join(workspace, "made"));
    await Deno.writeFile(join(workspace, "made", "-odd name.bin"), bytes);
    for (
      const path of [
        "made/-odd name.bin",
        "./made/../made/-odd name.bin",
        join(workspace, "made", "-odd name.bin"),
      ]
    ) {
      const file = await backend.queries.readFile(workspace, path, 5_000);
      assert.equal(file.name, "-odd name.bin");
      assert.deepEqual(file.bytes, bytes);
    }
  });

  test("readFile takes a file of ten megabytes", async ({ backend, workspace }) => {
    await Deno.writeFile(join(workspace, "big"), new Uint8Array(10_000_000).fill(7));
    const { bytes } = await backend.queries.readFile(workspace, "big", 10_000_000);
    assert.equal(bytes.length, 10_000_000);
    assert.equal(bytes.at(-1), 7);
  });

  test("readFile refuses what it must, and says why", async ({ backend, workspace }) => {
    const outside = join(workspace, "..", "secret");
    await Deno.writeTextFile(outside, "secret");
    await Deno.symlink(outside, join(workspace, "link"));
    await Deno.symlink(join(workspace, ".."), join(workspace, "up"));
    await Deno.symlink("nowhere", join(workspace, "broken"));
    await Deno.mkdir(join(workspace, "folder"));
    await Deno.writeTextFile(join(workspace, "long"), "12345");
    await new Deno.Command("mkfifo", { args: [join(workspace, "pipe")] }).output();
    await Deno.truncate(await sparse(join(workspace, "huge")), 200_000_000_000);
    for (
      const [path, said] of [
        [outside, /outside of the working directory/],
        ["../secret", /outside of the working directory/],
        ["folder/../../secret", /outside of the working directory/],
        ["/etc/passwd", /outside of the working directory/],
        ["link", /link is a link/],
        ["up/secret", /up is a link/],
        ["broken", /there is no broken/],
        ["folder", /no plain file/],
        ["pipe", /no plain file/],
        [".", /working directory itself/],
        [" ", /names no file/],
        ["a\0b", /names no file/],
        ["missing", /there is no missing/],
        ["long/er", /there is no long\/er/],
        ["long", /has 5 bytes, and at most 4 bytes/],
        ["huge", /has 200000\.0 MB, and at most 4 bytes/],
      ] as const
    ) {
      const error = await refusal(backend.queries.readFile(workspace, path, 4));
      assert.equal(error.kind, "request");
      assert.match(error.message, said);
      assert.match(error.message, /^Cannot fetch the file: /);
    }
  });

  test("readFile never follows a link that is swapped in meanwhile", async ({ backend, workspace }) => {
    await Deno.writeTextFile(join(workspace, "..", "secret"), "secret");
    await Deno.mkdir(join(workspace, "..", "other"));
    await Deno.writeTextFile(join(workspace, "..", "other", "file"), "secret");
    await using _swapping = swapper(workspace);
    const seen = new Set<string>();
    // On a busy machine it may take a while to find the plain file.
    for (let tries = 0; tries < 20 || (!seen.has("plain") && tries < 400); tries++) {
      for (const path of ["swapped", "folder/file"]) {
        const read = backend.queries.readFile(workspace, path, 100);
        seen.add(await read.then(({ bytes }) => new TextDecoder().decode(bytes), () => "refused"));
      }
    }
    assert.ok(!seen.has("secret"), [...seen].join(" "));
    assert.ok(seen.has("plain"), [...seen].join(" "));
  });

  test("starts Codex when it is not running", async ({ backend, workspace }) => {
    const { pid } = backend.health();
    Deno.kill(pid ?? 0, "SIGKILL");
    while (backend.health().running) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(await backend.queries.threads(workspace, 1), []);
  });
}

async function configure({ codexHome }: Stage, what: RegExp, by: string): Promise<void> {
  const path = join(codexHome, "config.toml");
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace(what, by));
}

/** Makes a file and a folder now plain, now links to what lies outside, as fast as it can. */
function swapper(workspace: string): AsyncDisposable {
  const script = `while :; do
    ln -s ../secret n; mv -f n swapped; rm -rf folder; ln -s ../other folder
    printf plain >n; mv -f n swapped; rm -f folder; mkdir folder; printf plain >folder/file
  done`;
  const child = new Deno.Command("sh", { args: ["-c", script], cwd: workspace }).spawn();
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

async function sparse(path: string): Promise<string> {
  await Deno.writeTextFile(path, "");
  return path;
}

function aSecondLater(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_100));
}

async function refusal(promise: Promise<unknown>): Promise<CodexError> {
  const error = await promise.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof CodexError, `expected a CodexError, got ${error}`);
  return error;
}
