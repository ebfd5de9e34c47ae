/**
 * `deno task smoke EXECUTABLE`: starts a finished executable on the system it was made for, or the
 * script of npm's package that starts it, against a Bot API server on loopback. It needs no Codex and
 * no network.
 */
import { join, resolve } from "node:path";
import { z } from "zod";
import manifest from "../deno.json" with { type: "json" };
import { UserFacingError } from "../src/core/errors.ts";
import { startBotApiServer } from "../src/demo/bot_api/server.ts";
import { EXIT_CODES } from "../src/supervisor/exit_codes.ts";
import { misused, runCommand, understood } from "./command.ts";
import { type Place, runExecutable, RunningExecutable } from "./executable_process.ts";
import { stateFolderOf } from "../src/config/paths.ts";

const TOKEN = "7000000001:AAsmokeSMOKEsmokeSMOKEsmokeSMOKEsmo";
const OWNER = 4_200_000_001;
const WAITING_MS = 60_000;
const LOOKING_MS = 100;

const diagnosisSchema = z.object({
  program: z.object({ version: z.literal(manifest.version) }),
  checks: z.array(z.object({ id: z.string(), status: z.string() })).min(10),
});

if (import.meta.main) {
  await runCommand("smoke", async (print) => {
    const [executable, ...rest] =
      understood({ args: Deno.args, allowPositionals: true }).positionals;
    if (executable === undefined || rest.length > 0) throw misused("it takes one executable");
    await smoke({ executable: resolve(executable), variables: Deno.env.toObject(), print });
  });
}

interface SmokeOrder {
  readonly executable: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly print: (text: string) => void;
}

/** @throws {UserFacingError} that says which of the executable's answers was wrong */
export async function smoke({ executable, variables, print }: SmokeOrder): Promise<void> {
  await requireFile(executable);
  const home = await Deno.realPath(await Deno.makeTempDir({ prefix: "codex-orchestrator-smoke-" }));
  try {
    await answersAtOnce({ executable, home, variables });
    print("it answers on the command line and refuses to start without a token\n");
    await showsItsDemo({ executable, home, variables });
    print("it shows its demo, to those who know the address\n");
    await worksForItsOwner({ executable, home, variables }, print);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function requireFile(path: string): Promise<void> {
  try {
    if ((await Deno.stat(path)).isFile) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new UserFacingError(`Cannot start ${path}: there is no such file`, {
    remedy: "Make it first: deno task compile",
  });
}

async function answersAtOnce(place: Place): Promise<void> {
  const version = await runExecutable(place, ["--version"]);
  expect("--version", version.code === EXIT_CODES.ok, version);
  expect("--version", version.stdout.includes(manifest.version), version);
  const permissions = await runExecutable(place, ["permissions"]);
  expect("permissions", permissions.code === EXIT_CODES.ok, permissions);
  expect("permissions", permissions.stdout.includes(stateFolderOf(place.home)), permissions);
  expect("permissions", /sys, ffi, import +none/.test(permissions.stdout), permissions);
  // Without a network it finds something to fix.
  const doctor = await runExecutable(place, ["doctor", "--json"]);
  expect("doctor", [EXIT_CODES.ok, EXIT_CODES.failed].some((code) => code === doctor.code), doctor);
  expect("doctor", diagnosisSchema.safeParse(json(doctor.stdout)).success, doctor);
  const refused = await runExecutable(place, []);
  expect("a start without a token", refused.code === EXIT_CODES.config, refused);
}

/** The page comes out of the executable itself, and the scripted Codex works there. */
async function showsItsDemo(place: Place): Promise<void> {
  await using demo = new RunningExecutable(place, ["demo", "--no-open", "--port", "0"]);
  const address = await addressOf(demo);
  const end = { code: 0, stdout: demo.output, stderr: "" };
  if (address === undefined) return expect("demo", false, end);
  const statuses = await Promise.all(["", "main.js", "../"].map(async (path) => {
    const response = await fetch(new URL(path, address));
    await response.body?.cancel();
    return response.status;
  }));
  expect("demo", statuses.join() === "200,200,403", { ...end, stderr: statuses.join() });
  await demo.stop();
  const status = await runExecutable(place, ["demo", "--terminal", "/status"]);
  expect("demo /status", status.code === EXIT_CODES.ok, status);
  expect("demo /status", status.stdout.includes(manifest.version), status);
}

async function addressOf(demo: RunningExecutable): Promise<string | undefined> {
  for (const end = performance.now() + WAITING_MS; performance.now() < end;) {
    const address = /http:\S+/.exec(demo.output)?.[0];
    if (address !== undefined) return address;
    await new Promise((resolve) => setTimeout(resolve, LOOKING_MS));
  }
  return undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No schema accepts this.
    return undefined;
  }
}

async function worksForItsOwner(place: Place, print: (text: string) => void): Promise<void> {
  await using telegram = await startBotApiServer({ token: TOKEN });
  const { world } = telegram;
  await writeConfiguration(place.home, telegram.url);
  const variables = { ...place.variables, TELEGRAM_BOT_TOKEN: TOKEN };
  await using program = new RunningExecutable({ ...place, variables }, []);
  const owner = world.privateChat(world.createPerson({ id: OWNER, firstName: "Owner" }));
  const stranger = world.privateChat(world.createPerson({ firstName: "Stranger" }));
  const answered = async (chat: typeof owner, text: string, fits: RegExp): Promise<void> => {
    world.send(chat, text);
    try {
      await world.waitForMessage(chat, (message) => fits.test(message.text), {
        timeoutMs: WAITING_MS,
      });
    } catch (cause) {
      const message = `Cannot accept the executable: no answer fits ${fits}. It has printed:\n` +
        program.output;
      throw new UserFacingError(message, { cause });
    }
  };
  await answered(owner, "/mode single", /Mode set to single/);
  await answered(owner, "is anybody there?", /is anybody there\?/);
  print("it answers its owner\n");
  await answered(stranger, "let me in", /\d{5,}/);
  print("it refuses a stranger\n");
  const confined = program.output.split("\n").find((line) => line.includes("permissions.confined"));
  const held = { code: 0, stdout: confined ?? "", stderr: program.output };
  expect("the permissions", confined?.includes(new URL(telegram.url).host) === true, held);
  expect("the permissions", confined?.includes("run=none") === true, held);
  print("it is confined to its state folder and its Bot API\n");
  const second = await runExecutable({ ...place, variables }, []);
  expect("a second instance", second.code === EXIT_CODES.temporary, second);
  print("it refuses a second instance\n");
  const code = await program.stop();
  // Windows has no signal that asks a program to end.
  const ended = Deno.build.os === "windows" || code === EXIT_CODES.ok;
  expect("its end", ended, { code, stdout: program.output, stderr: "" });
  print("it ends when it is asked to\n");
}

async function writeConfiguration(home: string, apiRoot: string): Promise<void> {
  const text = `[telegram]
allowed_users = [${OWNER}]
api_root = "${apiRoot}"
[codex]
backend = "echo"
agent_working_directory = ${JSON.stringify(home)}
`;
  await Deno.writeTextFile(join(stateFolderOf(home), "conf.toml"), text);
}

function expect(
  what: string,
  fits: boolean,
  { code, stdout, stderr }: { code: number; stdout: string; stderr: string },
): void {
  if (fits) return;
  throw new UserFacingError(
    `Cannot accept the executable: ${what} was answered wrongly, ` +
      `with exit code ${code} and\n${stdout}${stderr}`,
  );
}
