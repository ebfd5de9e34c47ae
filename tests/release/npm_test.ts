/** The packages for npm, packed, installed from the files, and started with a stand-in program. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import manifest from "../../deno.json" with { type: "json" };
import { LICENSES } from "../../release/packages.ts";
import { MAN_PAGE } from "../../release/papers.ts";
import {
  billName,
  executableName,
  packageFor,
  tarballName,
  type Target,
  TARGETS,
} from "../../release/targets.ts";
import { writeNpmPackages } from "../../release/npm_packages.ts";
import { TextLineStream } from "../e2e/text_line_stream.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { ROOT, run } from "./building.ts";

/** Says what it was given; ends with the first argument, or waits for a signal. */
const STAND_IN = `#!/bin/sh
if [ "$1" = early ]; then trap 'exit 46' INT; kill -INT $PPID; fi
if [ "$1" = early ] || [ "$1" = wait ]; then
  trap 'echo "got TERM"; exit 43' TERM
  [ "$1" = early ] || trap 'echo "got INT"; exit 44' INT
  echo "waiting"
  i=0
  while [ $i -lt 600 ]; do sleep 0.05; i=$((i + 1)); done
  exit 45
fi
if [ "$1" = die ]; then kill -KILL $$; fi
read -r line
echo "$# [$2] $line"
echo "to stderr" >&2
exit "$1"
`;

const SCOPE = "@somebody";

const packageSchema = z.looseObject({
  name: z.string().startsWith(`${SCOPE}/codex-orchestrator`),
  version: z.string(),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  libc: z.array(z.string()).optional(),
  scripts: z.unknown().optional(),
  dependencies: z.unknown().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  repository: z.object({ url: z.string() }).optional(),
});

Deno.test("the packages for npm", async (test) => {
  await using folder = await temporaryFolder();
  const here = TARGETS.find(({ name }) => name === Deno.build.target);
  assert.ok(here !== undefined);
  const packages = await packed(folder.path);

  await test.step("fit one system each, and the command depends on all of them", async () => {
    const command = await packageIn(join(packages, "codex-orchestrator"));
    const wanted = TARGETS.map((target) => [`${SCOPE}/${packageFor(target)}`, manifest.version]);
    assert.deepEqual(command.optionalDependencies, Object.fromEntries(wanted));
    assert.deepEqual([command.dependencies, command.scripts], [undefined, undefined]);
    for (const target of TARGETS) {
      const { version, os, cpu, libc, scripts, repository } = await packageIn(
        join(packages, packageFor(target)),
      );
      assert.deepEqual([version, os, cpu, scripts], [
        manifest.version,
        [target.system],
        [target.processor],
        undefined,
      ]);
      assert.deepEqual(libc, target.system === "linux" ? ["glibc"] : undefined);
      assert.equal(repository?.url, "https://example.org/here");
    }
  });

  const prefix = join(folder.path, "installed");
  const tarballs = ["codex-orchestrator", packageFor(here)];
  await install(prefix, tarballs.map((name) => join(folder.path, tarballOf(name))));
  const command = join(prefix, "node_modules", ".bin", "codex-orchestrator");

  await test.step("hand arguments, streams and the exit code through", async () => {
    const child = new Deno.Command(command, {
      args: ["42", "two words"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("typed\n"));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    assert.deepEqual([code, decoder.decode(stdout), decoder.decode(stderr)], [
      42,
      "2 [two words] typed\n",
      "to stderr\n",
    ]);
  });

  for (const [signal, code] of [["SIGTERM", 43], ["SIGINT", 44]] as const) {
    await test.step(`hand ${signal} to the program and wait for its end`, async () => {
      const child = new Deno.Command(command, { args: ["wait"], stdout: "piped" }).spawn();
      const lines = child.stdout.pipeThrough(new TextDecoderStream())
        .pipeThrough(new TextLineStream()).values();
      assert.equal((await lines.next()).value, "waiting");
      child.kill(signal);
      const ended = await child.status;
      assert.deepEqual([ended.code, ended.signal], [code, null]);
      assert.equal((await lines.next()).value, `got ${signal.slice(3)}`);
      assert.equal((await lines.next()).done, true);
    });
  }

  await test.step("hand on a signal that comes as soon as the program is there", async () => {
    const starts = Array.from({ length: 6 }, () => run(command, ["early"], { folder: prefix }));
    const codes = (await Promise.all(starts)).map(({ code }) => code);
    assert.deepEqual(codes, codes.map(() => 46));
  });

  await test.step("die of what the program has died of", async () => {
    const { signal } = await new Deno.Command(command, { args: ["die"] }).output();
    assert.equal(signal, "SIGKILL");
  });

  await test.step("say what to do where npm has left the executable out", async () => {
    await Deno.remove(join(prefix, "node_modules", SCOPE, packageFor(here)), { recursive: true });
    const { code, stdout, stderr } = await run(command, [], { folder: folder.path });
    assert.deepEqual([code, stdout], [78, ""]);
    assert.match(stderr, /^codex-orchestrator: there is no executable for \S+ here\. [^\n]+\n$/);
    assert.match(
      stderr,
      /npm has left out the package @somebody\/\S+: install again without --omit=optional/,
    );
  });

  await test.step("say for which systems there is an executable on another one", async () => {
    const other = 'Object.defineProperty(process, "arch", { value: "ppc64" })';
    const words = ["--import", `data:text/javascript,${encodeURIComponent(other)}`, command];
    const { code, stderr } = await run("node", words, { folder: folder.path });
    assert.equal(code, 78);
    assert.match(
      stderr,
      /no executable for \w+-ppc64 here\. There is one for linux-x64, .*README\n$/,
    );
  });
});

Deno.test("writeNpmPackages says which executable is missing and how to make it", async () => {
  await using folder = await temporaryFolder();
  const [first] = TARGETS;
  await assert.rejects(written(folder.path, join(folder.path, "packages")), {
    message: new RegExp(`codex-orchestrator-\\S+${first?.name} is not there$`),
    remedy: `Make it first: deno task compile --target ${first?.name}`,
  });
});

/** @returns the folder of the packages; what was packed lies beside it */
async function packed(folder: string): Promise<string> {
  for (const target of TARGETS) {
    await Deno.writeTextFile(join(folder, executableName(manifest.version, target)), STAND_IN);
  }
  await Deno.writeTextFile(join(folder, LICENSES), "free\n");
  await Deno.writeTextFile(join(folder, billName(manifest.version)), "{}\n");
  await Deno.mkdir(join(folder, "man"));
  await Deno.writeTextFile(join(folder, MAN_PAGE), ".TH\n");
  const packages = join(folder, "packages");
  const folders = await written(folder, packages);
  assert.equal(folders.at(-1), join(packages, "codex-orchestrator"), "what depends comes last");
  const here = folders.filter((path) => path.endsWith("codex-orchestrator") || isHere(path));
  const { code, stderr } = await npm(["pack", "--silent", ...here], folder);
  assert.equal(code, 0, stderr);
  return packages;
}

function isHere(path: string): boolean {
  const fits = ({ name }: Target): boolean => name === Deno.build.target;
  return TARGETS.filter(fits).some((target) => path.endsWith(packageFor(target)));
}

async function written(executables: string, output: string): Promise<readonly string[]> {
  return await writeNpmPackages({
    root: ROOT,
    executables,
    output,
    targets: TARGETS,
    scope: SCOPE,
    publisher: undefined,
    repository: "https://example.org/here",
    variables: Deno.env.toObject(),
  });
}

async function packageIn(folder: string): Promise<z.infer<typeof packageSchema>> {
  return packageSchema.parse(JSON.parse(await Deno.readTextFile(join(folder, "package.json"))));
}

function tarballOf(name: string): string {
  return tarballName(SCOPE, name, manifest.version);
}

async function install(prefix: string, tarballs: readonly string[]): Promise<void> {
  await Deno.mkdir(prefix);
  const options = ["--offline", "--no-audit", "--no-fund", "--cache", join(prefix, "cache")];
  const { code, stderr } = await npm(["install", ...options, ...tarballs], prefix);
  assert.equal(code, 0, stderr);
}

async function npm(
  args: readonly string[],
  folder: string,
): Promise<{ readonly code: number; readonly stderr: string }> {
  return await run("npm", args, { folder });
}
