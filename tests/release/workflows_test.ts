/** The workflows are run by nobody before they count, so that whatever can be read of them is. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import manifest from "../../deno.json" with { type: "json" };
import { packageFor, PROGRAM, TARGETS } from "../../release/targets.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { ROOT } from "./building.ts";

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
    gate: { contents: "read" },
    build: { contents: "read" },
    smoke: { contents: "read" },
    publish: { contents: "write", "id-token": "write", attestations: "write" },
    npm: { "id-token": "write" },
  });
  for (const name of ["publish", "npm"]) {
    assert.ok(release.jobs[name]?.environment !== undefined, `${name} can be held by a person`);
  }
});

Deno.test("release.yml starts with a tag, and publishes what passed the tests and every system", () => {
  assert.deepEqual(release.on, { push: { tags: ["v*"] } });
  const { build, smoke, publish, npm } = release.jobs;
  assert.equal(smoke?.needs, "build");
  assert.deepEqual(publish?.needs, ["gate", "smoke"]);
  assert.equal(npm?.needs, "publish");
  const commands = build?.steps.flatMap(({ run }) => run ?? []).join("\n") ?? "";
  const inOrder = ["notes", "compile --all", "sha256sum --check", "npm --repository", "npm pack"];
  const places = inOrder.map((command) => commands.indexOf(command));
  assert.ok(places.every((place) => place >= 0), String(places));
  assert.deepEqual(places.toSorted((one, other) => one - other), places);
});

Deno.test("release.yml starts the executable of each system on that system", () => {
  const rowSchema = z.array(z.object({ target: z.string(), system: z.string() }));
  const rows = rowSchema.parse(release.jobs.smoke?.strategy?.matrix.include);
  assert.deepEqual(rows.map(({ target }) => target), TARGETS.map(({ name }) => name));
  const kinds = { linux: "ubuntu", win32: "windows", darwin: "macos" };
  for (const { name, system } of TARGETS) {
    const row = rows.find(({ target }) => target === name);
    assert.ok(row?.system.startsWith(kinds[system]), `${name} on ${row?.system}`);
  }
});

/** Stands in for npm: some packages are there already, and one cannot be published. */
const NPM = `#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
  view*linux-x64@*) echo 1.2.3 ;;
  view*) echo "E404" >&2; exit 1 ;;
  *win32-x64*) exit "$BROKEN" ;;
esac
`;

Deno.test("release.yml publishes the package of each system, the command last, and none twice", async () => {
  const script = release.jobs.npm?.steps.find(({ run }) => run !== undefined)?.run ?? "";
  await using folder = await temporaryFolder();
  const log = `${folder.path}/log`;
  await writeProgram(`${folder.path}/npm`, NPM);
  const publish = async (broken: string): Promise<readonly [boolean, readonly string[]]> => {
    await Deno.writeTextFile(log, "");
    const { success } = await new Deno.Command("bash", {
      // As GitHub starts it.
      args: ["-e", "-c", script],
      clearEnv: true,
      env: {
        PATH: `${folder.path}:${Deno.env.get("PATH")}`,
        GITHUB_REF_NAME: "v1.2.3",
        LOG: log,
        BROKEN: broken,
      },
      stderr: "null",
    }).output();
    const lines = (await Deno.readTextFile(log)).split("\n");
    return [success, lines.filter((line) => line.startsWith("publish"))];
  };
  const names = [...TARGETS.map(packageFor), PROGRAM].filter((name) => !name.endsWith("linux-x64"));
  const lines = names.map((name) =>
    `publish --provenance --access public ./dist/npm/${name}-1.2.3.tgz`
  );
  assert.deepEqual(await publish("0"), [true, lines]);
  const upToTheBroken = lines.slice(0, names.findIndex((name) => name.includes("win32-x64")) + 1);
  assert.deepEqual(await publish("1"), [false, upToTheBroken], "nothing behind a failure");
});

function stepsOf(workflow: Workflow): z.infer<typeof stepSchema>[] {
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}
