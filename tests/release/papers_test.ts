/** What lies beside the program: it stands alone, and says what is true. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import manifest from "../../deno.json" with { type: "json" };
import { homebrewFormula } from "../../release/formula.ts";
import { INSTALL_DOCUMENTS, withInstallation } from "../../release/install_docs.ts";
import { manPage } from "../../release/man_page.ts";
import { BILL, MAN_PAGE, papersOf } from "../../release/papers.ts";
import { standingAlone } from "../../release/standalone.ts";
import { archiveName, TARGETS } from "../../release/targets.ts";
import { PUBLISHER, type Publisher } from "../../src/core/publisher.ts";
import { isInstalled } from "../support/installed.ts";
import { ROOT, run } from "./building.ts";

const SOMEBODY: Publisher = { npmScope: "@somebody", repository: "somebody/orchestrator" };
const variables = Deno.env.toObject();

const billSchema = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  components: z.array(z.object({
    "bom-ref": z.string(),
    name: z.string(),
    licenses: z.array(z.object({ expression: z.string() })).optional(),
    hashes: z.array(z.object({ alg: z.string(), content: z.string().regex(/^[0-9a-f]{128}$/) }))
      .optional(),
  })),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

for (const publisher of [undefined, SOMEBODY]) {
  const who = publisher === undefined ? "without a publisher" : "with a publisher";
  Deno.test(`an archive stands alone, ${who}`, async (test) => {
    const papers = await papersOf({ root: ROOT, version: "1.2.3", publisher, variables });
    const text = (name: string): string => {
      const found = papers.find((paper) => paper.name === name);
      assert.ok(found !== undefined, name);
      return new TextDecoder().decode(found.content);
    };

    await test.step("no link of its documents is dead", () => {
      for (const name of ["README.md", "CHANGELOG.md"]) {
        const links = [...text(name).matchAll(/\]\(([^)#\s]+)|\bsrc(?:set)?="([^"]+)"/g)]
          .map(([, link, source]) => link ?? source ?? "");
        const below = `https://github.com/${publisher?.repository}/blob/v1.2.3/`;
        const dead = links.filter((link) =>
          !papers.some((paper) => paper.name === link) && !/^https:/.test(link)
        );
        assert.deepEqual(dead, []);
        if (name === "README.md" && publisher !== undefined) {
          assert.ok(links.includes(`${below}docs/setup.md`), links.join());
        }
      }
      const named = /npm install -g @somebody\/codex-orchestrator/;
      assert.equal(named.test(text("README.md")), publisher !== undefined);
    });

    await test.step("completions are the program's own", () => {
      for (const shell of ["bash", "zsh", "fish"]) {
        assert.match(text(`completions/codex-orchestrator.${shell}`), /codex-orchestrator/);
      }
    });

    await test.step("the bill of materials names runtime and packages, and leads nowhere wrong", () => {
      const bill = billSchema.parse(JSON.parse(text(BILL)));
      const refs = bill.components.map((component) => component["bom-ref"]);
      assert.equal(new Set(refs).size, refs.length, "each is named once");
      const [zod] = bill.components.filter(({ name }) => name === "zod");
      assert.ok(zod?.hashes?.length === 1 && zod.licenses?.[0]?.expression === "MIT");
      for (const name of ["Deno", "V8", "SQLite"]) {
        assert.ok(bill.components.some((each) => each.name === name), name);
      }
      assert.ok(!refs.some((ref) => ref.includes("fast-check")), "tests are not shipped");
      const known = new Set([...refs, "pkg:generic/codex-orchestrator@1.2.3"]);
      const strange = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])
        .filter((ref) => !known.has(ref));
      assert.deepEqual(strange, []);
      const reached = new Set(["pkg:generic/codex-orchestrator@1.2.3"]);
      for (const ref of reached) {
        for (const next of bill.dependencies.find((each) => each.ref === ref)?.dependsOn ?? []) {
          reached.add(next);
        }
      }
      assert.deepEqual(
        refs.filter((ref) => !reached.has(ref)),
        [],
        "everything is needed by something",
      );
    });

    await test.step("the man page has every command", () => {
      const page = text(MAN_PAGE);
      for (const name of ["init", "doctor", "chat", "trace report", "service install"]) {
        assert.ok(page.includes(`.SS "${name.replaceAll("-", "\\-")}`), name);
      }
    });
  });
}

Deno.test({
  name: "groff reads the man page without a warning",
  ignore: !isInstalled("groff"),
  fn: async () => {
    const path = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(path, manPage("1.2.3"));
      const { code, stdout, stderr } = await run(
        "groff",
        ["-man", "-Tascii", "-P-cbou", "-ww", path],
        {
          folder: ROOT,
        },
      );
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /EXIT STATUS/);
    } finally {
      await Deno.remove(path);
    }
  },
});

Deno.test("standingAlone keeps what is beside, and leads the rest to the repository or nowhere", () => {
  const document =
    "# A\n\n![p](docs/p.png)\n\n[한국어](README.ko.md)\n\nSee [L](LICENSE), [S](docs/s.md#x), [`a b`](https://e.org), [T](#a).\n";
  const beside = ["LICENSE"];
  assert.equal(
    standingAlone(document, { beside, repository: undefined }),
    "# A\n\nSee [L](LICENSE), S, [`a b`](https://e.org), [T](#a).\n",
  );
  assert.match(
    standingAlone(document, { beside, repository: "https://r/" }),
    /\[S\]\(https:\/\/r\/docs\/s\.md#x\)/,
  );
});

Deno.test("the formula has an address and a checksum for each system of Homebrew", async () => {
  const names = TARGETS.filter(({ system }) => system !== "win32")
    .map((target) => archiveName("1.2.3", target));
  const formula = homebrewFormula({
    version: "1.2.3",
    releases: "https://github.com/somebody/orchestrator/releases",
    homepage: "https://github.com/somebody/orchestrator",
    checksums: new Map(names.map((name, index) => [name, String(index).repeat(64)])),
  });
  for (const [index, name] of names.entries()) {
    const part = `/releases/download/v1.2.3/${name}"\n      sha256 "${String(index).repeat(64)}"`;
    assert.ok(formula.includes(part), name);
  }
  if (!isInstalled("ruby")) return;
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, formula);
  const { code, stderr } = await run("ruby", ["-c", path], { folder: ROOT });
  await Deno.remove(path);
  assert.equal(code, 0, stderr);
});

Deno.test("the documents say how to install as PUBLISHER says: deno task docs:install", async () => {
  for (const [path, language] of Object.entries(INSTALL_DOCUMENTS)) {
    const text = await Deno.readTextFile(join(ROOT, path));
    assert.equal(text, await formatted(withInstallation(text, language, PUBLISHER)), path);
    const published = withInstallation(text, language, SOMEBODY);
    assert.ok(published.includes("npm install -g @somebody/codex-orchestrator"), path);
  }
});

async function formatted(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

/** npm's package `codex-orchestrator` without a scope is another project's. */
const LEADS_ASTRAY =
  /\b(?:npm (?:i|install|add|update|view|exec)|npx|pnpm|yarn|bunx?)\b[^\n`]*?[\s"'](?<!\/)codex-orchestrator\b(?![\w-]*\.tgz)/;

Deno.test("no sentence leads to the package of another project", async () => {
  assert.match("npm install -g codex-orchestrator@latest", LEADS_ASTRAY);
  assert.match("npx -y codex-orchestrator init", LEADS_ASTRAY);
  assert.doesNotMatch("npm install -g @somebody/codex-orchestrator", LEADS_ASTRAY);
  const { stdout } = await run("git", ["ls-files", "-z"], { folder: ROOT });
  const paths = stdout.split("\0").filter((path) =>
    /\.(?:md|ts|sh|yml|json|example)$/.test(path) && path !== "tests/release/papers_test.ts"
  );
  assert.ok(paths.length > 100);
  const texts = await Promise.all(paths.map(async (path) => ({
    path,
    // A file that was just removed is still listed.
    text: await Deno.readTextFile(join(ROOT, path)).catch(() => ""),
  })));
  const wrong = texts.flatMap(({ path, text }) =>
    text.split("\n").filter((line) => LEADS_ASTRAY.test(line)).map((line) => `${path}: ${line}`)
  );
  assert.deepEqual(wrong, []);
  assert.equal(manifest.name, "codex-orchestrator");
});
