import assert from "node:assert/strict";
import { developerSettings, type Profile, withChoices } from "../../src/core/session/settings.ts";

const PROFILE: Profile = {
  name: "default",
  workingDirectory: "/work",
  sandbox: "workspace-write",
  approvalPolicy: "on-request",
  model: "of-profile",
  agents: {
    single: { developer: { model: "single-one", systemPrompt: "be brief" } },
    plan: {
      selector: { model: "small", reasoningEffort: "low" },
      planner: { model: "of-profile", reasoningEffort: "high", systemPrompt: "plan" },
      developer: { model: "of-profile" },
      reviewer: {},
    },
  },
};

Deno.test("withChoices changes nothing where nothing was chosen", () => {
  assert.deepEqual(withChoices(PROFILE, {}), PROFILE);
});

Deno.test("withChoices gives the model to all agents but the selector", () => {
  const { model, agents } = withChoices(PROFILE, { model: "chosen" });
  assert.equal(model, "chosen");
  assert.deepEqual(agents, {
    single: { developer: { model: "chosen", systemPrompt: "be brief" } },
    plan: {
      selector: { model: "small", reasoningEffort: "low" },
      planner: { model: "chosen", reasoningEffort: "high", systemPrompt: "plan" },
      developer: { model: "chosen" },
      reviewer: { model: "chosen" },
    },
  });
});

Deno.test("withChoices gives the effort and leaves the models", () => {
  const { model, agents } = withChoices(PROFILE, { reasoningEffort: "max" });
  assert.equal(model, "of-profile");
  assert.deepEqual(agents.single.developer, {
    model: "single-one",
    reasoningEffort: "max",
    systemPrompt: "be brief",
  });
  assert.deepEqual(
    Object.values(agents.plan).map(({ reasoningEffort }) => reasoningEffort),
    ["low", "max", "max", "max"],
  );
});

Deno.test("developerSettings are those of the mode", () => {
  assert.equal(developerSettings(PROFILE, "single").model, "single-one");
  assert.equal(developerSettings(PROFILE, "plan").model, "of-profile");
});
