/** `deno task compile` as a person runs it, with stand-ins for the runtimes. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the program and its release are made of; tests are not. */
const SOURCES = [
  "main.ts",
  "src",
  "release",
  "deno.json",
  "deno.lock",
  "LICENSE",
  "README.md",
  "CHANGELOG.md",
];

/** Copies what a release needs, as if it had been checked out there. */
export async function copySources(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  for (const name of SOURCES) await cp(join(ROOT, name), join(folder, name), { recursive: true });
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly folder: string; readonly variables?: Readonly<Record<string, string>> },
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: options.folder,
    env: { NO_COLOR: "1", ...options.variables },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

export async function compile(
  root: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return await run(Deno.execPath(), ["task", "--quiet", "compile", ...args], {
    folder: root,
    variables,
  });
}
