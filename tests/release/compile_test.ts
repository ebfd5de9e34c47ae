/** What `deno task compile` makes, read back from the files: all that shows without running them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { readEmbedded } from "../../release/embedded.ts";
import { suffixOf, type Target, TARGETS } from "../../release/targets.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { compile, copySources, ROOT, run } from "./building.ts";
import { writeStandInRuntimes } from "./stand_in_runtimes.ts";

/** `null` is none, an empty list is everything. */
const PERMISSIONS = {
  allow_env: [],
  allow_net: [],
  allow_read: [],
  allow_run: [],
  allow_write: [],
  allow_ffi: null,
  allow_sys: null,
  // Denied as a whole, whatever is allowed by default.
  deny_import: [],
  prompt: false,
};

const FILES = [
  /^main\.js$/,
  /^src\/cli\/command_worker\.js$/,
  /^src\/cli\/demo\/demo_worker\.js$/,
  /^src\/cli\/launch\/configuration_worker\.js$/,
  /^src\/supervisor\/bot_worker\.js$/,
  /^src\/supervisor\/broker_worker\.js$/,
  /^src\/supervisor\/chat_worker\.js$/,
  /^src\/supervisor\/spawner_worker\.js$/,
];
const BILL_NAME = `codex-orchestrator-${manifest.version}.cdx.json`;
const SHARED = /^shared_\d+\.js$/;

/** In the environment of one of two builds. */
const PLANTED = {
  TELEGRAM_BOT_TOKEN: "7000000009:AAplantedPLANTEDplantedPLANTEDplant",
  OPENAI_API_KEY: "sk-planted-in-the-environment",
  OTEL_DENO: "true",
  OTEL_SERVICE_NAME: "planted-service-name",
};
/** In an `.env` file in its folder. */
const PLANTED_IN_FILE = "7000000008:AAfileFILEfileFILEfileFILEfileFILE";

Deno.test("deno task compile --all", async (test) => {
  await using folder = await temporaryFolder();
  const runtimes = await writeStandInRuntimes(folder.path);
  const output = join(folder.path, "dist");
  const made = await compile(ROOT, ["--all", "--runtimes", runtimes, "--output", output]);
  assert.equal(made.code, 0, made.stderr);

  await test.step("makes an executable and an archive for each system, and checksums", () => {
    const names = TARGETS.flatMap((target) => [executableOf(target), archiveOf(target)]);
    const beside = ["SHA256SUMS", "THIRD_PARTY_LICENSES.txt", "install.sh", "man", BILL_NAME];
    assert.deepEqual(namesIn(output), [...names, ...beside].sort());
  });

  for (const target of TARGETS) {
    await test.step(`embeds the bundle, the permissions and nothing else: ${target.name}`, async () => {
      await assertEmbedded(join(output, executableOf(target)));
    });
  }

  await test.step("packs the program with its papers, and the licenses of what it is made of", async () => {
    const listed = await run("tar", ["-tzf", archiveOf(firstTarget())], { folder: output });
    const folderInside = nameOf(firstTarget());
    const papers = [
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "THIRD_PARTY_LICENSES.txt",
      "codex-orchestrator.cdx.json",
      "conf.toml.example",
      "man/codex-orchestrator.1",
      ...["bash", "zsh", "fish"].map((shell) => `completions/codex-orchestrator.${shell}`),
    ];
    assert.deepEqual(
      listed.stdout.trim().split("\n"),
      ["codex-orchestrator", ...papers].map((name) => `${folderInside}/${name}`),
    );
    const licenses = await Deno.readTextFile(join(output, "THIRD_PARTY_LICENSES.txt"));
    for (
      const [name, text] of [["zod", "Colin McDonnell"], ["smol-toml", "Squirrel Chat"]] as const
    ) {
      assert.ok(licenses.includes("the V8 project authors") && licenses.includes("## The runtime"));
      const section = licenses.split(/^## /m).find((part) => part.startsWith(`${name}@`));
      assert.ok(section?.includes(text), section ?? `nothing about ${name}`);
    }
    assert.ok(!/^## (?:fast-check|puppeteer-core|yaml)@/m.test(licenses));
  });

  await test.step("writes checksums that the command in docs/releasing.md accepts", async () => {
    const text = await Deno.readTextFile(join(ROOT, "docs", "releasing.md"));
    const [program = "", ...args] = /^sha256sum .*$/m.exec(text)?.[0].split(" ") ?? [];
    const checked = await run(program, args, { folder: output });
    assert.equal(checked.stdout.match(/: OK$/gm)?.length, TARGETS.length * 2 + 2, checked.stderr);
  });

  await test.step("makes the same bytes in another place, and takes in nothing of what is there", async () => {
    const place = join(folder.path, "another place");
    const again = join(folder.path, "again");
    await copySources(place);
    await Deno.writeTextFile(join(place, ".env"), `TELEGRAM_BOT_TOKEN=${PLANTED_IN_FILE}\n`);
    const { name } = firstTarget();
    const args = ["--target", name, "--runtimes", runtimes, "--output", again];
    const { code, stderr } = await compile(place, args, PLANTED);
    assert.equal(code, 0, stderr);
    const checksums = (await checksumsIn(output)).split("\n").filter((line) =>
      line.includes(name) || line.endsWith(".json") || line.endsWith(".sh")
    );
    assert.equal(checksums.length, 4);
    assert.equal(await checksumsIn(again), `${checksums.join("\n")}\n`);
    // The checkout is not searched for: its path may be a word of the program, and makes no difference.
    const cache = denoFolder();
    const unwanted = [...Object.values(PLANTED), PLANTED_IN_FILE, folder.path, cache];
    await assertWithout(join(again, executableOf(firstTarget())), unwanted);
  });
});

async function assertEmbedded(path: string): Promise<void> {
  const { metadata, files } = readEmbedded(await Deno.readFile(path));
  const { allow_import: _, ...permissions } = metadata.permissions;
  const held = Object.entries(permissions).filter(([name, value]) =>
    name in PERMISSIONS || value !== null
  );
  assert.deepEqual(Object.fromEntries(held), PERMISSIONS);
  assert.equal(metadata.entrypoint_key, "main.js");
  assert.equal(metadata.app_name, manifest.name);
  assert.deepEqual(metadata.unstable_config.features, manifest.unstable);
  assert.deepEqual(metadata.env_vars_from_env_file, {});
  assert.equal(metadata.otel_config.tracing_enabled, false);
  assert.equal(metadata.code_cache_key, null);
  for (const wanted of FILES) assert.ok(files.some((file) => wanted.test(file)), String(wanted));
  const others = files.filter((file) => ![...FILES, SHARED].some((known) => known.test(file)));
  assert.deepEqual(others, []);
}

/** The planted words are no words of the program, so that finding none says something. */
async function assertWithout(path: string, unwanted: readonly string[]): Promise<void> {
  const bytes = new TextDecoder("latin1").decode(await Deno.readFile(path));
  assert.ok(bytes.includes("codex-orchestrator"), "it can be searched");
  const found = unwanted.filter((text) => text !== "true" && bytes.includes(text));
  assert.deepEqual(found, []);
}

async function checksumsIn(folder: string): Promise<string> {
  return await Deno.readTextFile(join(folder, "SHA256SUMS"));
}

function firstTarget(): Target {
  const [first] = TARGETS;
  assert.ok(first !== undefined);
  return first;
}

function nameOf(target: Target): string {
  return `codex-orchestrator-${manifest.version}-${target.name}`;
}

function executableOf(target: Target): string {
  return nameOf(target) + suffixOf(target);
}

function archiveOf(target: Target): string {
  return `${nameOf(target)}${target.system === "win32" ? ".zip" : ".tar.gz"}`;
}
