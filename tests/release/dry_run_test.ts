/**
 * A whole release on this machine, up to what would be public: somebody publishes, every system is
 * built, and what comes of it is installed by npm and by the script. The runtimes are stand-ins, so
 * that what is installed here is the bundle with the Deno of this test.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { bundle } from "../../release/bundle.ts";
import { runExecutable } from "../../release/executable_process.ts";
import { permissionFlags } from "../../release/executable.ts";
import { archiveName, targetNamed } from "../../release/targets.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { copySources, type Outcome, ROOT, run } from "./building.ts";
import { writeStandInRuntimes } from "./stand_in_runtimes.ts";

const { version } = manifest;
const RELEASES = "https://github.com/somebody/orchestrator/releases";

Deno.test({
  name: "a dry run of a release",
  ignore: Deno.build.target !== "x86_64-unknown-linux-gnu",
  fn: async (test) => {
    await using folder = await temporaryFolder();
    const place = join(folder.path, "checkout");
    const dist = join(place, "dist");
    await copySources(place);
    const runtimes = await writeStandInRuntimes(folder.path);
    const task = async (...words: readonly string[]): Promise<Outcome> =>
      await run(Deno.execPath(), ["task", "--quiet", ...words], {
        folder: place,
        variables: { GITHUB_REPOSITORY: "somebody/orchestrator" },
      });

    await test.step("stops while nobody publishes and the changelog has no such version", async () => {
      await setReleased(place);
      const { code, stderr } = await task("release:check", `v${version}`);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^release:check: Cannot release: nobody is named who publishes\. Set PUBLISHER/,
      );
      const npm = await task("npm");
      assert.match(npm.stderr, /nobody publishes them yet\. Set PUBLISHER/);
    });

    await test.step("goes on once somebody does", async () => {
      await setPublisher(place);
      const { code, stdout, stderr } = await task("release:check", `v${version}`);
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        /a release on github\.com\/somebody\/orchestrator\n@somebody\/codex-orchestrator@/,
      );
    });

    await test.step("builds every system, the script, the formula and the packages", async () => {
      const made = await task("compile", "--all", "--runtimes", runtimes);
      assert.equal(made.code, 0, made.stderr);
      const checked = await run("sha256sum", ["--check", "SHA256SUMS"], { folder: dist });
      assert.equal(checked.stdout.match(/: OK$/gm)?.length, 15, checked.stdout);
      const script = await Deno.readTextFile(join(dist, "install.sh"));
      assert.ok(script.includes(`published_at="${RELEASES}"\n`));
      const formula = await Deno.readTextFile(join(dist, "codex-orchestrator.rb"));
      assert.equal(formula.match(new RegExp(`url "${RELEASES}/download/`, "g"))?.length, 4);
      const packages = await task(
        "npm",
        "--repository",
        "https://github.com/somebody/orchestrator",
      );
      assert.equal(packages.code, 0, packages.stderr);
      const readme = await Deno.readTextFile(join(dist, "npm/codex-orchestrator/README.md"));
      assert.match(readme, /npm install -g @somebody\/codex-orchestrator/);
    });

    const program = await programOf(folder.path);

    await test.step("is installed by npm from the packed packages, into an empty home", async () => {
      const system = join(dist, "npm", "codex-orchestrator-linux-x64");
      await Deno.copyFile(program, join(system, "bin", "codex-orchestrator"));
      const home = join(folder.path, "home of npm");
      await Deno.mkdir(home);
      const packed = await run("npm", [
        "pack",
        "--silent",
        system,
        join(dist, "npm/codex-orchestrator"),
      ], {
        folder: home,
      });
      assert.equal(packed.code, 0, packed.stderr);
      const options = ["--offline", "--no-audit", "--no-fund", "--global", "--prefix", "installed"];
      const tarballs = packed.stdout.trim().split("\n").map((name) => `./${name}`);
      const installed = await run("npm", ["install", ...options, ...tarballs], {
        folder: home,
        variables: { HOME: home },
      });
      assert.equal(installed.code, 0, installed.stderr);
      await assertStarts(join(home, "installed/bin/codex-orchestrator"), home);
      const script = join(
        home,
        "installed/lib/node_modules/@somebody/codex-orchestrator/bin/codex-orchestrator.js",
      );
      const place = { executable: script, home, variables: Deno.env.toObject() };
      const smoked = await runExecutable(place, ["--version"]);
      assert.deepEqual([smoked.code, smoked.stderr], [0, ""], "as deno task smoke starts it");
      const inside = join(home, "installed/lib/node_modules/@somebody/codex-orchestrator");
      assert.deepEqual(namesIn(inside), [
        "LICENSE",
        "README.md",
        "bin",
        "man",
        "package.json",
      ]);
    });

    await test.step("is installed by the script into an empty home, and removed", async () => {
      const home = join(folder.path, "home of the script");
      await Deno.mkdir(home);
      await repack(dist, program);
      await using server = serve(dist);
      const script = async (...words: readonly string[]): Promise<Outcome> =>
        await run("sh", [join(dist, "install.sh"), ...words], {
          folder: home,
          variables: { HOME: home, XDG_DATA_HOME: "", DENO_DIR: denoFolder() },
        });
      const installed = await script("--from", `http://127.0.0.1:${server.addr.port}`);
      assert.equal(installed.code, 0, installed.stderr);
      await assertStarts(join(home, ".local/bin/codex-orchestrator"), home);
      const man = await Deno.readTextFile(
        join(home, ".local/share/man/man1/codex-orchestrator.1"),
      );
      assert.ok(man.includes(`codex-orchestrator ${version}`));
      const removed = await script("--uninstall");
      assert.equal(removed.code, 0, removed.stderr);
      assert.deepEqual(namesIn(join(home, ".local/bin")), []);
    });
  },
});

async function setReleased(place: string): Promise<void> {
  const path = join(place, "CHANGELOG.md");
  const text = await Deno.readTextFile(path);
  const heading = `## [Unreleased]\n\n## [${version}] - 2026-11-30\n`;
  await Deno.writeTextFile(path, text.replace("## [Unreleased]\n", heading));
}

async function setPublisher(place: string): Promise<void> {
  const path = join(place, "src/core/publisher.ts");
  const text = await Deno.readTextFile(path);
  const publisher = '{ npmScope: "@somebody", repository: "somebody/orchestrator" }';
  const set = text.replace("| undefined = undefined;", `| undefined = ${publisher};`);
  assert.notEqual(set, text);
  await Deno.writeTextFile(path, set);
}

/** A script that starts the bundle with what is compiled into an executable. */
async function programOf(folder: string): Promise<string> {
  const place = join(folder, "bundle");
  await bundle({ root: ROOT, folder: place, variables: Deno.env.toObject() });
  await Deno.writeTextFile(
    join(place, "deno.json"),
    JSON.stringify({ unstable: manifest.unstable }),
  );
  const words = [Deno.execPath(), "run", ...permissionFlags(), "--deny-import"];
  const path = join(folder, "codex-orchestrator");
  await writeProgram(
    path,
    `#!/bin/sh\nDENO_DIR='${denoFolder()}' exec ${words.join(" ")} "${
      join(place, "main.js")
    }" "$@"\n`,
  );
  return path;
}

/** Puts what starts here into the archive of this system, and its checksum into the list. */
async function repack(dist: string, program: string): Promise<void> {
  const target = targetNamed(Deno.build.target);
  assert.ok(target !== undefined);
  const name = archiveName(version, target);
  const folder = name.replace(".tar.gz", "");
  const commands = `set -e
mkdir repacked && cd repacked && tar -xzf "../${name}"
cp "$1" "${folder}/codex-orchestrator" && tar -czf "../${name}" "${folder}" && cd ..
sha256sum "${name}" > SHA256SUMS`;
  const { code, stderr } = await run("sh", ["-c", commands, "sh", program], { folder: dist });
  assert.equal(code, 0, stderr);
}

/** Serves the folder as the page of the releases. */
function serve(dist: string): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const [page = "", name = ""] = new URL(request.url).pathname.split(/\/(?=[^/]*$)/);
    if (!["/latest/download", `/download/v${version}`].includes(page)) {
      return new Response(null, { status: 404 });
    }
    return new Response(await Deno.readFile(join(dist, name)));
  });
}

async function assertStarts(path: string, home: string): Promise<void> {
  const { code, stdout, stderr } = await run(path, ["--version"], {
    folder: home,
    variables: { HOME: home },
  });
  assert.deepEqual([code, stdout], [0, `codex-orchestrator ${version}\n`], stderr);
}
