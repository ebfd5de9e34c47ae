/** The workflows are run by nobody before they count, so that whatever can be read of them is. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import manifest from "../../deno.json" with { type: "json" };
import { type Target, TARGETS } from "../../release/targets.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { ROOT, run } from "./building.ts";

const stepSchema = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const jobSchema = z.looseObject({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: z.record(z.string(), z.string()),
  "timeout-minutes": z.number(),
  environment: z.string().optional(),
  strategy: z.looseObject({ matrix: z.record(z.string(), z.unknown()) }).optional(),
  steps: z.array(stepSchema),
});
const workflowSchema = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), jobSchema),
});
type Workflow = z.infer<typeof workflowSchema>;

const FOLDER = `${ROOT}.github/workflows/`;

for (const name of namesIn(FOLDER)) {
  const text = Deno.readTextFileSync(FOLDER + name);
  const workflow = workflowSchema.parse(parse(text));

  Deno.test(`${name} pins actions to commits, each with its version in a comment`, () => {
    const used = text.split("\n").filter((line) => /\buses:/.test(line));
    const pinned = /^ +- uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    const attested = /^ +uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    const wrong = used.filter((line) => !pinned.test(line) && !attested.test(line));
    assert.deepEqual(wrong, []);
    assert.equal(used.length, stepsOf(workflow).filter(({ uses }) => uses !== undefined).length);
  });

  Deno.test(`${name} gives its jobs no permissions by default, and leaves none in the checkout`, () => {
    assert.deepEqual(workflow.permissions, {});
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const step of checkouts) assert.equal(step.with?.["persist-credentials"], false);
  });

  Deno.test(`${name} builds no command from outside text`, () => {
    const mixed = stepsOf(workflow).filter(({ run }) => run?.includes("${{") === true);
    assert.deepEqual(mixed, []);
  });

  Deno.test(`${name} uses the Deno of the README, and tasks and files that exist`, async () => {
    const readme = await Deno.readTextFile(`${ROOT}README.md`);
    const [pinned] = /npx -y deno@[\d.]+/.exec(readme) ?? [];
    const commands = stepsOf(workflow).flatMap(({ run }) => run?.split("\n") ?? []);
    const denos = commands.flatMap((line) => line.match(/npx \S* ?deno\S*/g) ?? []);
    assert.deepEqual([...new Set(denos)].filter((deno) => deno !== pinned), []);
    const tasks = commands.flatMap((line) =>
      [...line.matchAll(/deno@\S+ task (?:--quiet )?(\S+)/g)].map(([, task = ""]) => task)
    );
    assert.deepEqual(tasks.filter((task) => !(task in manifest.tasks)), []);
    const paths = commands.flatMap((line) => line.match(/(?:^|\s)(?:tests|\.ci)\/\S+/g) ?? []);
    for (const path of paths) await Deno.stat(ROOT + path.trim());
    assert.ok(tasks.length > 0, "tasks are found");
    assert.equal(paths.length > 0, /(?:tests|\.ci)\//.test(text), "paths are found");
  });
}

const release = workflowSchema.parse(parse(Deno.readTextFileSync(`${FOLDER}release.yml`)));

Deno.test("release.yml gives a permission only to the job that uses it", () => {
  const rights = Object.entries(release.jobs).map(([name, { permissions }]) => [name, permissions]);
  assert.deepEqual(Object.fromEntries(rights), {
    check: { contents: "read" },
    rights: { contents: "read", "id-token": "write" },
    gate: { contents: "read" },
    build: { contents: "read" },
    smoke: { contents: "read" },
    packages: { contents: "read" },
    attest: { "id-token": "write", attestations: "write" },
    draft: { contents: "write" },
    npm: { contents: "read", "id-token": "write" },
    publish: { contents: "write" },
  });
  for (const name of ["rights", "attest", "draft", "npm", "publish"]) {
    assert.ok(release.jobs[name]?.environment !== undefined, `${name} can be held by a person`);
  }
});

Deno.test("release.yml builds, starts and attests everything before anything is public", () => {
  assert.deepEqual(release.on, { push: { tags: ["v*"] } });
  const needs = Object.entries(release.jobs).map(([name, job]) => [name, job.needs ?? []]);
  assert.deepEqual(Object.fromEntries(needs), {
    check: [],
    rights: "check",
    gate: "check",
    build: "check",
    smoke: "build",
    packages: "build",
    attest: ["gate", "rights", "smoke", "packages"],
    draft: "attest",
    npm: "draft",
    publish: "npm",
  });
  const commandsOf = (name: string): string =>
    release.jobs[name]?.steps.flatMap(({ run }) => run ?? []).join("\n") ?? "";
  const inOrder = ["notes", "compile --all", "sha256sum --check", "npm --repository", "npm pack"];
  const places = inOrder.map((command) => commandsOf("build").indexOf(command));
  assert.ok(places.every((place) => place >= 0), String(places));
  assert.deepEqual(places.toSorted((one, other) => one - other), places);
  for (
    const [name, task] of [
      ["check", "release:check"],
      ["rights", "release:rights"],
      ["draft", "release:github"],
      ["npm", "release:npm"],
      ["publish", "release:github --publish"],
    ] as const
  ) assert.ok(commandsOf(name).includes(`task ${task}`), name);
});

Deno.test("release.yml stores every file that is published, and attests them and the packages", () => {
  const [stored = ""] = release.jobs.build?.steps.flatMap((step) => {
    const path = step.with?.path;
    return typeof path === "string" ? [path] : [];
  }) ?? [];
  for (const file of ["*.tar.gz", "*.zip", "*.cdx.json", "*.rb", "install.sh", "SHA256SUMS"]) {
    assert.ok(stored.includes(`dist/${file}\n`), file);
  }
  const attested = release.jobs.attest?.steps.map((step) => step.with ?? {}) ?? [];
  assert.ok(attested.some((given) => given["subject-checksums"] === "dist/SHA256SUMS"));
  assert.ok(attested.some((given) => given["subject-path"] === "dist/npm/*.tgz"));
});

const KINDS = { linux: "ubuntu", win32: "windows", darwin: "macos" };

Deno.test("release.yml starts the executable and the packages of each system on that system", () => {
  const rowSchema = z.array(z.record(z.string(), z.string()));
  for (
    const [job, key, nameOf] of [
      ["smoke", "target", ({ name }: Target): string => name],
      ["packages", "package", ({ system, processor }: Target): string => `${system}-${processor}`],
    ] as const
  ) {
    const rows = rowSchema.parse(release.jobs[job]?.strategy?.matrix.include);
    assert.deepEqual(rows.map((row) => row[key]), TARGETS.map(nameOf), job);
    for (const target of TARGETS) {
      const row = rows.find((each) => each[key] === nameOf(target));
      assert.ok(row?.system?.startsWith(KINDS[target.system]), `${job} on ${row?.system}`);
    }
  }
});

Deno.test({
  name: ".ci/run says what it needs where Node is too old or missing",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const node = `${folder.path}/node`;
    for (const [version, said] of [["v18.20.4", "v18.20.4"], ["", "none"]] as const) {
      await writeProgram(node, `#!/bin/sh\necho "${version}"\n`);
      const { code, stderr } = await run("bash", [`${ROOT}.ci/run`], {
        folder: folder.path,
        variables: { PATH: `${folder.path}:/usr/bin:/bin` },
      });
      assert.equal(code, 1);
      assert.equal(
        stderr,
        `This needs Node 20 or newer, and found ${said}: install it from https://nodejs.org\n`,
      );
    }
  },
});

function stepsOf(workflow: Workflow): z.infer<typeof stepSchema>[] {
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}
