/**
 * The program behind npm's `codex` script. Started directly it is a little faster, and there is no
 * wrapper process that could die without it.
 */
import { delimiter, dirname, isAbsolute, join } from "node:path";

const PLACES = [["bin", "codex"], ["codex", "codex"]];

/** @returns the native program's path, or the command as it was when it cannot be found simply */
export async function nativeProgram(command: string, path: string | undefined): Promise<string> {
  try {
    const script = await scriptOf(command, path);
    if (script === undefined) return command;
    const native = await nativeBeside(script);
    return native !== undefined && await mayRun(native) ? native : command;
  } catch {
    // No right to look, a folder that went away: the script itself does as well.
    return command;
  }
}

/** The real path of npm's `codex.js`, if that is what the command comes down to. */
async function scriptOf(command: string, path: string | undefined): Promise<string | undefined> {
  const candidates = isAbsolute(command)
    ? [command]
    : (path ?? "").split(delimiter).filter((folder) => folder !== "")
      .map((folder) => join(folder, command));
  for (const candidate of candidates) {
    if (!await isFile(candidate)) continue;
    const real = await Deno.realPath(candidate);
    return real.endsWith(join("bin", "codex.js")) ? real : undefined;
  }
  return undefined;
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
      for (const place of PLACES) {
        const program = join(vendor, target, ...place);
        if (await isFile(program)) return program;
      }
    }
  }
  return undefined;
}

/** Older packages carry the programs of all platforms. */
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

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

async function mayRun(command: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "run", command })).state === "granted";
}
