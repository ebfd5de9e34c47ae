/** What stops a release, and how it is published: npm's own program, a registry on loopback. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { draft, publishDraft } from "../../release/publish_github.ts";
import { publishPackages } from "../../release/publish_npm.ts";
import { Registry } from "../../release/registry.ts";
import { checkRelease, distTagOf } from "../../release/release_check.ts";
import { showRights } from "../../release/rights.ts";
import { PACKAGES, tarballName } from "../../release/targets.ts";
import type { Publisher } from "../../src/core/publisher.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { run } from "./building.ts";
import { StandInRegistry } from "./stand_in_registry.ts";

const SOMEBODY: Publisher = { npmScope: "@somebody", repository: "somebody/orchestrator" };
const NAMES = PACKAGES.map((name) => `@somebody/${name}`);
const OURS = { url: "git+https://github.com/somebody/orchestrator.git" };

Deno.test("a release stops before anything is built when it could not be published", () => {
  const changelog =
    "## [1.2.3] - 2026-11-30\n\n- This.\n\n## [1.3.0-rc.1] - 2026-12-01\n\n- That.\n";
  const given = { tag: "v1.2.3", version: "1.2.3", changelog, repository: "somebody/orchestrator" };
  assert.deepEqual(checkRelease({ ...given, publisher: SOMEBODY }), [
    "a release on github.com/somebody/orchestrator",
    "@somebody/codex-orchestrator@1.2.3 on npm, as latest",
  ]);
  const early = { ...given, tag: "v1.3.0-rc.1", version: "1.3.0-rc.1", publisher: SOMEBODY };
  assert.deepEqual(checkRelease(early), [
    "a pre-release on github.com/somebody/orchestrator",
    "@somebody/codex-orchestrator@1.3.0-rc.1 on npm, as next",
  ]);
  assert.deepEqual(["1.0.0", "1.0.0+build-7", "2.0.0-beta.1"].map(distTagOf), [
    "latest",
    "latest",
    "next",
  ]);
  for (
    const [publisher, said] of [
      [undefined, /nobody is named who publishes/],
      [{ ...SOMEBODY, npmScope: "somebody" }, /is no scope of npm/],
      [{ ...SOMEBODY, npmScope: "" }, /is no scope of npm/],
      [{ ...SOMEBODY, repository: "orchestrator" }, /is no repository/],
      [
        { ...SOMEBODY, repository: "other/place" },
        /this is somebody\/orchestrator, and other\/place publishes/,
      ],
    ] as const
  ) {
    assert.throws(() => checkRelease({ ...given, publisher }), { message: said, remedy: /\S/ });
  }
  assert.throws(() => checkRelease({ ...given, publisher: SOMEBODY, tag: "v1.2.4" }), /the tag is/);
});

Deno.test("release:rights names what npm does not let the workflow publish", async () => {
  await using npm = await Stage.set();
  const registry = npm.registry(npm.server.identity);
  await assert.rejects(showRights(SOMEBODY, registry), {
    message: /does not let this workflow publish @somebody\/codex-orchestrator-linux-x64, /,
    remedy: /trusted publisher/,
  });
  for (const name of NAMES.slice(1)) npm.server.trusted.add(name);
  await assert.rejects(showRights(SOMEBODY, registry), {
    message: /publish @somebody\/codex-orchestrator-linux-x64$/,
  });
  npm.server.trusted.add(NAMES[0] ?? "");
  assert.match(await showRights(SOMEBODY, registry), /npm trusts this workflow with 7 packages/);
  npm.server.packages.set("@somebody/codex-orchestrator", {
    repository: { url: "git+https://github.com/nobody/codex-orchestrator.git" },
    tags: {},
    versions: {},
    access: "public",
  });
  await assert.rejects(showRights(SOMEBODY, registry), {
    message:
      /made of another repository than somebody\/orchestrator: @somebody\/codex-orchestrator$/,
  });
  assert.deepEqual(npm.server.published, []);
});

Deno.test("release:rights looks who is logged in, where no workflow runs", async () => {
  await using npm = await Stage.set();
  await assert.rejects(showRights(SOMEBODY, npm.registry()), { remedy: /npm login/ });
  await npm.login();
  await assert.rejects(showRights(SOMEBODY, npm.registry()), {
    message: /ann may not publish @somebody\/codex-orchestrator-linux-x64, /,
    remedy: /Create the organization somebody on npm/,
  });
  npm.server.members.ann = "developer";
  assert.equal(await showRights(SOMEBODY, npm.registry()), "ann may publish 7 packages");
  const there = NAMES[2] ?? "";
  npm.server.packages.set(there, { repository: OURS, tags: {}, versions: {}, access: "public" });
  npm.server.collaborators.set(there, { ann: "read-only" });
  await assert.rejects(showRights(SOMEBODY, npm.registry()), {
    message: new RegExp(`publish ${there}$`),
  });
});

Deno.test("release:npm publishes in order, goes on after a failure, and replaces nothing", async () => {
  await using npm = await Stage.set();
  await npm.login();
  npm.server.members.ann = "owner";
  for (const name of NAMES) npm.server.collaborators.set(name, { ann: "read-write" });
  await npm.pack("1.0.0-rc.1");
  await Deno.remove(join(npm.folder, tarballName("@somebody", PACKAGES[6] ?? "", "1.0.0-rc.1")));
  await assert.rejects(npm.publish("1.0.0-rc.1"), {
    message: /codex-orchestrator-1\.0\.0-rc\.1\.tgz is not there/,
  });
  assert.deepEqual(npm.server.published, [], "all or nothing");

  await npm.pack("1.0.0-rc.1");
  npm.server.broken = NAMES[3];
  await assert.rejects(npm.publish("1.0.0-rc.1"), {
    message: new RegExp(`Cannot publish ${NAMES[3]}@1\\.0\\.0-rc\\.1`),
    remedy: /Run it again/,
  });
  assert.deepEqual(npm.server.published, NAMES.slice(0, 3), "nothing behind a failure");
  npm.server.broken = undefined;
  const said = await npm.publish("1.0.0-rc.1");
  assert.deepEqual(npm.server.published, NAMES, "none twice, the command last");
  assert.match(
    said,
    /linux-x64@1\.0\.0-rc\.1 is there\n[^]*\/codex-orchestrator@1\.0\.0-rc\.1 is published\n$/,
  );
  const command = npm.server.packages.get("@somebody/codex-orchestrator");
  assert.deepEqual([command?.tags, command?.access], [{ next: "1.0.0-rc.1" }, "public"]);

  await npm.pack("1.0.0-rc.1", "other content");
  const before = npm.server.published.length;
  await assert.rejects(npm.publish("1.0.0-rc.1"), {
    message:
      /1\.0\.0-rc\.1 is published with other content: @somebody\/codex-orchestrator-linux-x64, /,
    remedy: /never replaced: make the next one/,
  });
  assert.equal(npm.server.published.length, before);
});

/** A registry, and a folder with packages, where npm runs. */
class Stage implements AsyncDisposable {
  readonly server = new StandInRegistry();
  readonly folder: string;
  readonly #remove: () => PromiseLike<void>;

  private constructor(folder: string, remove: () => PromiseLike<void>) {
    this.folder = folder;
    this.#remove = remove;
  }

  static async set(): Promise<Stage> {
    const folder = await temporaryFolder();
    return new Stage(folder.path, () => folder[Symbol.asyncDispose]());
  }

  registry(variables: Readonly<Record<string, string>> = {}): Registry {
    const { address } = this.server;
    return new Registry({
      address,
      variables,
      fetch,
      folder: this.folder,
    });
  }

  async login(): Promise<void> {
    // npm takes the settings of a folder that has a package.json.
    await Deno.writeTextFile(join(this.folder, "package.json"), "{}");
    await Deno.writeTextFile(join(this.folder, ".npmrc"), this.server.npmrc);
  }

  /** Packs a small package under each name. */
  async pack(version: string, content = "first"): Promise<void> {
    const sources: string[] = [];
    for (const name of PACKAGES) {
      const source = join(this.folder, "sources", name);
      sources.push(source);
      await Deno.mkdir(source, { recursive: true });
      const manifest = {
        name: `@somebody/${name}`,
        version,
        description: content,
        repository: OURS,
      };
      await Deno.writeTextFile(join(source, "package.json"), JSON.stringify(manifest));
    }
    const { code, stderr } = await run("npm", ["pack", "--silent", ...sources], {
      folder: this.folder,
    });
    assert.equal(code, 0, stderr);
  }

  /** @returns what it printed */
  async publish(version: string): Promise<string> {
    const printed: string[] = [];
    await publishPackages({
      publisher: SOMEBODY,
      version,
      folder: this.folder,
      registry: this.registry(),
      print: (text) => void printed.push(text),
    });
    return printed.join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await this.#remove();
  }
}

/** Stands in for gh: a release is a folder of files, and a file that says whether it is a draft. */
const GH = `#!/bin/sh
set -eu
echo "$*" >> "$GH_STATE/log"
verb=$2 tag=$3
shift 3
case $verb in
  view)
    [ -d "$GH_STATE/$tag" ] || { echo "release not found" >&2; exit 1; }
    printf '{"isDraft":%s,"assets":[' "$(cat "$GH_STATE/$tag.draft")"
    separator=
    for file in "$GH_STATE/$tag"/*; do
      printf '%s{"name":"%s","digest":"sha256:%s"}' "$separator" "\${file##*/}" "$(sha256sum < "$file" | cut -d' ' -f1)"
      separator=,
    done
    echo ']}'
    ;;
  create | upload)
    mkdir -p "$GH_STATE/$tag"
    echo true > "$GH_STATE/$tag.draft"
    for word in "$@"; do
      case $word in */notes.md) ;; /*) cp "$word" "$GH_STATE/$tag/" ;; esac
    done
    ;;
  edit) echo false > "$GH_STATE/$tag.draft" ;;
esac
`;

Deno.test({
  name: "release:github drafts, publishes what was drafted, and replaces nothing",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const bin = join(folder.path, "bin");
    const state = join(folder.path, "state");
    const dist = join(folder.path, "dist");
    for (const path of [bin, state, dist]) await Deno.mkdir(path);
    await writeProgram(join(bin, "gh"), GH);
    const archive = "codex-orchestrator-1.0.0-x86_64-unknown-linux-gnu.tar.gz";
    const write = async (content: string): Promise<void> => {
      const lines: string[] = [];
      for (const name of [archive, archive.replace(".tar.gz", ""), "install.sh"]) {
        await Deno.writeTextFile(join(dist, name), content);
        const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
        lines.push(`${new Uint8Array(digest).toHex()}  ${name}\n`);
      }
      await Deno.writeTextFile(join(dist, "SHA256SUMS"), lines.join(""));
      await Deno.writeTextFile(join(dist, "notes.md"), "- This.\n");
    };
    const path = Deno.env.get("PATH") ?? "";
    Deno.env.set("PATH", `${bin}:${path}`);
    Deno.env.set("GH_STATE", state);
    const log = async (): Promise<readonly string[]> =>
      (await Deno.readTextFile(join(state, "log"))).trim().split("\n")
        .filter((line) => !line.startsWith("release view"));
    const order = { tag: "v1.0.0", folder: dist, print: () => {} };
    try {
      await write("first");
      await assert.rejects(publishDraft(order), { message: /there is no draft of it/ });
      await draft(order);
      const [created = ""] = await log();
      assert.match(
        created,
        /^release create v1\.0\.0 --draft --verify-tag --title v1\.0\.0 --notes-file \S+notes\.md /,
      );
      assert.ok(!created.includes("--prerelease"));
      assert.deepEqual(
        namesIn(join(state, "v1.0.0")),
        ["SHA256SUMS", archive, "install.sh"],
      );
      await write("second");
      await assert.rejects(publishDraft(order), {
        message: /different from here: codex-\S+\.tar\.gz, install\.sh$/,
      });
      await draft(order);
      await publishDraft(order);
      assert.match((await log()).at(-1) ?? "", /^release edit v1\.0\.0 --draft=false --latest$/);
      const done = (await log()).length;
      await draft(order);
      await publishDraft(order);
      assert.equal((await log()).length, done, "run again, it changes nothing");
      await write("third");
      await assert.rejects(draft(order), { remedy: /never replaced/ });

      const early = { ...order, tag: "v2.0.0-rc.1" };
      await draft(early);
      await publishDraft(early);
      const lines = (await log()).slice(-2).join("\n");
      assert.match(lines, /create v2\.0\.0-rc\.1 --draft --verify-tag --prerelease/);
      assert.match(lines, /edit v2\.0\.0-rc\.1 --draft=false --prerelease --latest=false$/);
    } finally {
      Deno.env.set("PATH", path);
      Deno.env.delete("GH_STATE");
    }
  },
});
