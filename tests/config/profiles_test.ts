import assert from "node:assert/strict";
import type { Profile } from "../../src/core/session/settings.ts";
import { parseConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { environmentOf } from "./environments.ts";

Deno.test("an agent of a plan is looked for under plan, single and its bare name", async () => {
  const { agents } = await profile(`
[agents.developer]
model = "bare"
reasoning_effort = "low"
system_prompt = "bare prompt"
[agents.single.developer]
model = "single"
reasoning_effort = "medium"
[agents.plan.developer]
model = "plan"
`);
  assert.deepEqual(agents.plan.developer, {
    model: "plan",
    reasoningEffort: "medium",
    systemPrompt: "bare prompt",
  });
  assert.deepEqual(agents.single.developer, {
    model: "single",
    reasoningEffort: "medium",
    systemPrompt: "bare prompt",
  });
});

Deno.test("a profile's own agents come before the global ones", async () => {
  const { agents } = await profile(`
[profiles.default.agents.planner]
model = "own bare"
[agents.plan.planner]
model = "global plan"
system_prompt = "global prompt"
`);
  assert.deepEqual(agents.plan.planner, { model: "own bare", systemPrompt: "global prompt" });
});

Deno.test("an agent without a model takes the profile's, then the one of [codex]", async () => {
  const own = await profile(
    '[codex]\nagent_model = "c"\n[profiles.default]\nmodel = "p"\nreasoning_effort = "high"',
  );
  assert.equal(own.model, "p");
  assert.deepEqual(own.agents.plan.planner, { model: "p", reasoningEffort: "high" });
  // It only sorts requests.
  assert.deepEqual(own.agents.plan.selector, { model: "p", reasoningEffort: "low" });
  const global = await profile('[codex]\nagent_model = "c"\n[profiles.default]');
  assert.equal(global.model, "c");
  assert.deepEqual(global.agents.plan.selector, { model: "c", reasoningEffort: "low" });
});

Deno.test("a profile overrides sandbox, policy and folder of [codex]", async () => {
  const text = `
[codex]
sandbox = "read-only"
approval_policy = "never"
agent_working_directory = "/usr"
[profiles.default]
[profiles.other]
sandbox = "danger-full-access"
approval_policy = "untrusted"
working_directory = "~/x"
`;
  const pick = ({ sandbox, approvalPolicy, workingDirectory }: Profile): readonly string[] => [
    sandbox,
    approvalPolicy,
    workingDirectory,
  ];
  assert.deepEqual(pick(await profile(text)), ["read-only", "never", "/usr"]);
  assert.deepEqual(pick(await profile(text, "other")), [
    "danger-full-access",
    "untrusted",
    "/home/ada/x",
  ]);
});

Deno.test("a prompt file wins over system_prompt, in either spelling of its key", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/p.md`, "\nfrom the file\n");
  for (const key of ["system_prompt_file", "system_prompt_path"]) {
    const { agents } = await profile(
      `[agents.reviewer]\nsystem_prompt = "inline"\n${key} = "p.md"`,
      "default",
      folder.path,
    );
    assert.equal(agents.plan.reviewer.systemPrompt, "from the file");
  }
});

Deno.test("a relative working directory begins at the folder of conf.toml", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/project`);
  const { workingDirectory } = await profile(
    '[codex]\nagent_working_directory = "project"',
    "default",
    folder.path,
  );
  assert.equal(workingDirectory, `${folder.path}/project`);
});

Deno.test("a missing working directory is a warning, not an error", async () => {
  const config = await parseConfig('[profiles.a]\nworking_directory = "/no/such/disk"', {
    path: "/etc/conf.toml",
    environment: environmentOf("/home/ada"),
  });
  assert.ok(config.warnings.includes(
    'The working directory of profile "a" is not a folder now: /no/such/disk',
  ));
});

async function profile(text: string, name = "default", folder = "/etc"): Promise<Profile> {
  const config = await parseConfig(text, {
    path: `${folder}/conf.toml`,
    environment: environmentOf("/home/ada"),
  });
  const found = config.profiles.all.get(name);
  assert.ok(found, `no profile ${name}`);
  return found;
}
