import assert from "node:assert/strict";
import { readEnvironment, variable } from "../../src/config/environment.ts";
import { ConfigError, renderConfigError } from "../../src/config/errors.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("readEnvironment prefers the process, then a named file, the folder of the start, the state folder", async () => {
  await using home = await temporaryFolder();
  await using start = await temporaryFolder();
  await Deno.mkdir(`${home.path}/.codex-orchestrator`);
  await Deno.writeTextFile(`${home.path}/.codex-orchestrator/.env`, "A=state\nB=state\nC=state\n");
  await Deno.writeTextFile(`${start.path}/.env`, "# note\nA=start\nB='start'\nN=start\n");
  await Deno.writeTextFile(`${start.path}/named`, "A=named\nN=named\n");

  const environment = await readEnvironment({
    variables: { HOME: home.path, A: "process" },
    workingDirectory: start.path,
  }, { file: "named", whereStarted: "all" });

  assert.deepEqual(["A", "N", "B", "C"].map((name) => variable(environment, name)), [
    "process",
    "named",
    "start",
    "state",
  ]);
  assert.equal(environment.stateFolder, `${home.path}/.codex-orchestrator`);
  assert.deepEqual(environment.files, [
    `${start.path}/named`,
    `${start.path}/.env`,
    `${home.path}/.codex-orchestrator/.env`,
  ]);
});

Deno.test("readEnvironment takes the token alone from the folder of the start, and tells the rest", async () => {
  await using home = await temporaryFolder();
  await using start = await temporaryFolder();
  const path = `${start.path}/.env`;
  await Deno.writeTextFile(path, "TELEGRAM_BOT_TOKEN=1:a\nCODEX_CONF_PATH=hostile.toml\nPATH=.\n");
  const process = { variables: { HOME: home.path }, workingDirectory: start.path };
  const environment = await readEnvironment(process);
  assert.deepEqual(environment.variables, { HOME: home.path, TELEGRAM_BOT_TOKEN: "1:a" });
  assert.deepEqual(environment.leftOut, [{ path, names: ["CODEX_CONF_PATH", "PATH"] }]);
  const chat = await readEnvironment(process, { whereStarted: "nothing" });
  assert.deepEqual([chat.variables, chat.files, chat.leftOut], [{ HOME: home.path }, [], []]);
  const named = await readEnvironment(process, { file: ".env" });
  assert.equal(named.variables.CODEX_CONF_PATH, "hostile.toml");
  assert.deepEqual(named.leftOut, []);
  await assert.rejects(readEnvironment(process, { file: "missing" }), ConfigError);
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
  const own = `${home.path}/.codex-orchestrator/.env`;
  await Deno.mkdir(own, { recursive: true });
  const process = { variables: { HOME: home.path }, workingDirectory: home.path };
  const isAbout = (path: string) => (error: unknown): boolean =>
    error instanceof ConfigError && error.problems[0]?.place === path;
  await assert.rejects(readEnvironment(process), isAbout(own));
  await Deno.remove(own);
  await Deno.mkdir(`${home.path}/folder`);
  await assert.rejects(
    readEnvironment(process, { file: "folder" }),
    isAbout(`${home.path}/folder`),
  );
});

Deno.test("readEnvironment passes over a folder named .env where it is started", async () => {
  await using home = await temporaryFolder();
  await Deno.mkdir(`${home.path}/.env`);
  for (const whereStarted of ["token", "all"] as const) {
    const { files, leftOut } = await readEnvironment(
      { variables: { HOME: home.path }, workingDirectory: home.path },
      { whereStarted },
    );
    assert.deepEqual([files, leftOut], [[], []]);
  }
});

Deno.test("readEnvironment finds the token behind a byte order mark", async () => {
  await using home = await temporaryFolder();
  await Deno.mkdir(`${home.path}/.codex-orchestrator`);
  for (const folder of [home.path, `${home.path}/.codex-orchestrator`]) {
    await Deno.writeTextFile(`${folder}/.env`, "\uFEFFTELEGRAM_BOT_TOKEN=1:a\r\n");
    const environment = await readEnvironment({
      variables: { HOME: home.path },
      workingDirectory: home.path,
    });
    assert.equal(variable(environment, "TELEGRAM_BOT_TOKEN"), "1:a");
    await Deno.remove(`${folder}/.env`);
  }
});

Deno.test("readEnvironment lets no blank token hide another one", async () => {
  await using home = await temporaryFolder();
  await using start = await temporaryFolder();
  await Deno.mkdir(`${home.path}/.codex-orchestrator`);
  await Deno.writeTextFile(`${home.path}/.codex-orchestrator/.env`, "TELEGRAM_BOT_TOKEN=1:a\n");
  await Deno.writeTextFile(`${start.path}/.env`, "TELEGRAM_BOT_TOKEN=\n");
  for (const whereStarted of ["token", "all"] as const) {
    const environment = await readEnvironment({
      variables: { HOME: home.path, TELEGRAM_BOT_TOKEN: " ", EMPTY: "" },
      workingDirectory: start.path,
    }, { whereStarted });
    assert.equal(variable(environment, "TELEGRAM_BOT_TOKEN"), "1:a");
    assert.equal(environment.variables.EMPTY, "");
  }
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
