import assert from "node:assert/strict";
import { readEnvironment, variable } from "../../src/config/environment.ts";
import { ConfigError, renderConfigError } from "../../src/config/errors.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("readEnvironment prefers the process, then .env of the start, then the state folder", async () => {
  await using home = await temporaryFolder();
  await using start = await temporaryFolder();
  await Deno.mkdir(`${home.path}/.codex-orchestrator`);
  await Deno.writeTextFile(`${home.path}/.codex-orchestrator/.env`, "A=state\nB=state\nC=state\n");
  await Deno.writeTextFile(`${start.path}/.env`, "# note\nA=start\nB='start'\n");

  const environment = await readEnvironment({
    variables: { HOME: home.path, A: "process" },
    workingDirectory: start.path,
  });

  assert.deepEqual(["A", "B", "C"].map((name) => variable(environment, name)), [
    "process",
    "start",
    "state",
  ]);
  assert.equal(environment.stateFolder, `${home.path}/.codex-orchestrator`);
  assert.deepEqual(environment.files, [
    `${start.path}/.env`,
    `${home.path}/.codex-orchestrator/.env`,
  ]);
});

Deno.test("readEnvironment works without any .env and with USERPROFILE alone", async () => {
  await using home = await temporaryFolder();
  const environment = await readEnvironment({
    variables: { USERPROFILE: home.path },
    workingDirectory: home.path,
  });
  assert.equal(environment.home, home.path);
  assert.deepEqual(environment.files, []);
});

Deno.test("readEnvironment needs a home folder", async () => {
  await assert.rejects(
    readEnvironment({ variables: {}, workingDirectory: "/" }),
    (error) => error instanceof ConfigError && error.problems[0]?.key === "HOME",
  );
});

Deno.test("readEnvironment reports a .env that cannot be read", async () => {
  await using home = await temporaryFolder();
  await Deno.mkdir(`${home.path}/.env`);
  await assert.rejects(
    readEnvironment({ variables: { HOME: home.path }, workingDirectory: home.path }),
    (error) => error instanceof ConfigError && error.problems[0]?.place === `${home.path}/.env`,
  );
});

Deno.test("variable() treats blanks as not set", async () => {
  await using home = await temporaryFolder();
  const environment = await readEnvironment({
    variables: { HOME: home.path, EMPTY: "  ", PADDED: " x " },
    workingDirectory: home.path,
  });
  assert.equal(variable(environment, "EMPTY"), undefined);
  assert.equal(variable(environment, "PADDED"), "x");
});

Deno.test("readEnvironment says what is in place of the state folder", async () => {
  await using home = await temporaryFolder();
  const state = `${home.path}/.codex-orchestrator`;
  const said = async (): Promise<string> => {
    const reading = readEnvironment({ variables: { HOME: home.path }, workingDirectory: "/" });
    const error = await reading.then(() => undefined, (error: unknown) => error);
    assert.ok(error instanceof ConfigError);
    return renderConfigError(error);
  };
  await Deno.symlink(`${home.path}/gone`, state);
  assert.match(await said(), /\.codex-orchestrator is a link that leads nowhere.*remove the link/);
  await Deno.remove(state);
  await Deno.writeTextFile(state, "");
  assert.match(await said(), /\.codex-orchestrator is a file, where a folder is needed.*Move it/);
});

Deno.test("readEnvironment accepts a link to a folder as the state folder", async () => {
  await using home = await temporaryFolder();
  await Deno.mkdir(`${home.path}/elsewhere`);
  await Deno.writeTextFile(`${home.path}/elsewhere/.env`, "A=there\n");
  await Deno.symlink(`${home.path}/elsewhere`, `${home.path}/.codex-orchestrator`);
  const environment = await readEnvironment({
    variables: { HOME: home.path },
    workingDirectory: "/",
  });
  assert.equal(variable(environment, "A"), "there");
});
