/** Finds the program behind a configured command: in PATH, behind npm's script, in a package. */
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import { CodexError } from "../../core/errors.ts";

/** Matches both servers, and neither this program nor a `codex` that a person uses. */
export const FIND_PROCESS: ProgramSettings = {
  command: "pgrep",
  arguments: ["-f", "codex[^ ]* (app-server|mcp-server)"],
};

/**
 * Lists every path at which the command may be, in the order in which they are tried.
 * @param path the PATH in which a bare name is looked up
 */
export function programPlaces(command: string, path: string | undefined): readonly string[] {
  if (isAbsolute(command)) return [command];
  return (path ?? "").split(delimiter).filter((folder) => folder !== "")
    .flatMap((folder) => fileNames(command).map((name) => resolve(join(folder, name))));
}

/** Finds the file that is started for the command; undefined when there is none that can be seen. */
export async function findProgram(
  command: string,
  path: string | undefined,
): Promise<string | undefined> {
  for (const place of programPlaces(command, path)) {
    if (await isProgram(place)) return place;
  }
  return undefined;
}

/**
 * Identifies the file that is started for the command, to notice that it was replaced.
 * @returns undefined where it cannot be seen
 */
export async function programFingerprint(
  command: string,
  path: string | undefined,
): Promise<string | undefined> {
  try {
    const program = await findProgram(command, path);
    if (program === undefined) return undefined;
    const { dev, ino, size, mtime } = await Deno.stat(program);
    return [dev, ino, size, mtime?.getTime()].join(":");
  } catch {
    // Gone in between, or no right to look.
    return undefined;
  }
}

/** Whether there is a file that may be started. */
async function isProgram(path: string): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    // Not there, behind a folder that is closed to us, or no right to look: it cannot be started.
    return false;
  }
}

/** Longest first line of a script that systems read. */
const FIRST_LINE = 256;

/** The program that the first line of a script names; undefined where it names none. */
export async function interpreterOf(path: string): Promise<string | undefined> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(FIRST_LINE);
    const read = await file.read(bytes) ?? 0;
    return /^#!\s*(\S+)/.exec(new TextDecoder().decode(bytes.subarray(0, read)))?.[1];
  } catch {
    // Gone in between, or no right to look.
    return undefined;
  }
}

/** Windows finds programs without their ending. */
function fileNames(command: string): readonly string[] {
  if (Deno.build.os !== "windows") return [command];
  return [command, `${command}.exe`, `${command}.cmd`, `${command}.bat`];
}

const NATIVE_PLACES = [["bin", "codex"], ["codex", "codex"]];

/**
 * Finds the native program behind npm's `codex` script. Started directly it is a little faster, and
 * there is no wrapper process that could die without it.
 * @returns the command itself when it is no such script, or that cannot be seen
 * @param path the PATH in which a bare name is looked up
 */
export async function nativeProgram(command: string, path: string | undefined): Promise<string> {
  try {
    const script = await scriptOf(command, path);
    return script === undefined ? command : await nativeBeside(script) ?? command;
  } catch {
    // No right to look, or a folder that went away: the script itself works as well.
    return command;
  }
}

/** Resolves the command to npm's `codex.js`, if it is a link to that. */
async function scriptOf(command: string, path: string | undefined): Promise<string | undefined> {
  const program = await findProgram(command, path);
  if (program === undefined) return undefined;
  const real = await Deno.realPath(program);
  return real.endsWith(join("bin", "codex.js")) ? real : undefined;
}

/** Looks in `@openai/codex-PLATFORM`, which npm puts beside the package or inside of it. */
async function nativeBeside(script: string): Promise<string | undefined> {
  const packageFolder = dirname(dirname(script));
  const scopes = [dirname(packageFolder), join(packageFolder, "node_modules", "@openai")];
  const platform = `${Deno.build.os === "windows" ? "win32" : Deno.build.os}-${
    Deno.build.arch === "aarch64" ? "arm64" : "x64"
  }`;
  const vendors = [
    ...scopes.map((scope) => join(scope, `codex-${platform}`, "vendor")),
    join(packageFolder, "vendor"),
  ];
  for (const vendor of vendors) {
    for (const target of await foldersIn(vendor)) {
      if (!targetFits(target)) continue;
      for (const place of NATIVE_PLACES) {
        const program = join(vendor, target, ...place);
        if (await isProgram(program)) return program;
      }
    }
  }
  return undefined;
}

/** Older packages hold the programs of all platforms. */
function targetFits(target: string): boolean {
  return target.startsWith(Deno.build.arch) && target.includes(Deno.build.os);
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

const RUNNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["npx", []],
  ["bunx", []],
  ["pnpx", []],
  ["npm", ["exec", "x"]],
  ["pnpm", ["dlx"]],
  ["yarn", ["dlx"]],
  ["bun", ["x"]],
]);

const PACKAGE_FLAGS = ["-p", "--package"];

/**
 * Reads the package from a command line of a package runner, such as
 * `npx -y @openai/codex@0.153.4 mcp-server`.
 * @returns undefined when the program is run directly
 * @throws {CodexError} `wrong-program` for the package `codex`, which is not OpenAI's
 */
export function packageOf(program: ProgramSettings): string | undefined {
  const runner = basename(program.command).replace(/\.(?:cmd|exe|ps1)$/i, "");
  const subcommands = RUNNERS.get(runner);
  if (subcommands === undefined) return undefined;
  const [first = ""] = program.arguments;
  if (subcommands.length > 0 && !subcommands.includes(first)) return undefined;
  const name = packageArgument(program.arguments.slice(subcommands.length > 0 ? 1 : 0));
  if (name === undefined || !/^codex(?:@.*)?$/.test(name)) return name;
  throw new CodexError(
    "wrong-program",
    `Cannot start Codex by "${runner} ${name}": the npm package of that bare name is not OpenAI's`,
    {
      remedy:
        "Install it with `npm install -g @openai/codex` and write `codex` instead of npx in [codex] of conf.toml (command, mcp_command, app_server_command)",
    },
  );
}

function packageArgument(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const [flag = "", value] = word.split("=", 2);
    if (PACKAGE_FLAGS.includes(flag)) return value ?? words[index + 1];
    if (!word.startsWith("-")) return word;
  }
  return undefined;
}
