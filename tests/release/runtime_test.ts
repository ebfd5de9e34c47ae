/** What a person reads when an executable cannot be made. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { compileExecutable } from "../../release/executable.ts";
import { TARGETS } from "../../release/targets.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { compile, ROOT } from "./building.ts";

const [LINUX] = TARGETS;

Deno.test("compileExecutable says which download failed and what to do", async () => {
  await using folder = await temporaryFolder();
  const variables = {
    PATH: "/usr/bin:/bin",
    DENO_DIR: join(folder.path, "cache"),
    // Nobody listens there.
    HTTPS_PROXY: "http://127.0.0.1:9",
  };
  await assert.rejects(attempt(folder.path, { variables }), {
    name: "UserFacingError",
    message: /^Cannot download the runtime for x86_64-unknown-linux-gnu from https:\S+\.zip$/,
    remedy: /HTTPS_PROXY.*DENORT_BIN=\/path\/to\/denort for one system, --runtimes FOLDER/,
  });
  await assert.rejects(Deno.lstat(join(folder.path, "made")), Deno.errors.NotFound);
});

Deno.test("compileExecutable says which runtime cannot be used", async () => {
  await using folder = await temporaryFolder();
  const runtime = join(folder.path, "denort");
  await Deno.writeTextFile(runtime, "no program at all, and long enough for that");
  await assert.rejects(attempt(folder.path, { runtime, variables: Deno.env.toObject() }), {
    name: "UserFacingError",
    message: /^Cannot make an executable for \S+ of the runtime \S+denort: (?!.*backtrace)/s,
    remedy: /Use a denort/,
  });
});

Deno.test("compileExecutable says that a runtime is missing", async () => {
  await using folder = await temporaryFolder();
  const runtime = join(folder.path, "nowhere");
  await assert.rejects(attempt(folder.path, { runtime, variables: Deno.env.toObject() }), {
    message: /of the runtime \S+nowhere: .*No such file/s,
  });
});

for (
  const [args, said, variables] of [
    [["--target", "sparc"], /there is no release for "sparc"/, {}],
    [["--all", "--target", "x"], /exclude each other/, {}],
    [["--al"], /'--al'/, {}],
    [["--all"], /one for each system/, { DENORT_BIN: "/bin/true" }],
  ] as const
) {
  Deno.test(`deno task compile ${args.join(" ")} is refused in one line`, async () => {
    const { code, stdout, stderr } = await compile(ROOT, args, variables);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^compile: Cannot start: [^\n]+See --help\n$/);
    assert.match(stderr, said);
  });
}

async function attempt(
  folder: string,
  options: {
    readonly variables: Readonly<Record<string, string>>;
    readonly runtime?: string;
  },
): Promise<void> {
  assert.ok(LINUX !== undefined);
  await Deno.writeTextFile(join(folder, "main.js"), "1;\n");
  await compileExecutable({
    folder,
    files: ["main.js"],
    target: LINUX,
    output: join(folder, "made"),
    ...options,
  });
}
