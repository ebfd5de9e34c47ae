/**
 * The program behind npm's `codex` script. Started directly it is a little faster, and there is no
 * wrapper process that could die without it.
 */
import { dirname, join } from "node:path";
import { findProgram, isProgram } from "./program_path.ts";

const PLACES = [["bin", "codex"], ["codex", "codex"]];

/**
 * The native program's path, or the command as it was when it is no such script, or that cannot be
 * seen.
 * @param path the PATH in which a bare name is looked up
 */
export async function nativeProgram(command: string, path: string | undefined): Promise<string> {
  try {
    const script = await scriptOf(command, path);
    return script === undefined ? command : await nativeBeside(script) ?? command;
  } catch {
    // No right to look, a folder that went away: the script itself does as well.
    return command;
  }
}

/** The real path of npm's `codex.js`, if that is what the command comes down to. */
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
      for (const place of PLACES) {
        const program = join(vendor, target, ...place);
        if (await isProgram(program)) return program;
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
