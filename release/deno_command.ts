/** Deno as a tool of the release, in an environment from which nothing gets into what it makes. */
import { UserFacingError } from "../src/core/errors.ts";

/**
 * What it needs to find its cache and to download. Nothing else is handed on: Deno writes some of
 * the variables of a compilation into the executable (those of OpenTelemetry, of an `.env` file).
 */
const HANDED_ON = [
  "PATH",
  "HOME",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "TMPDIR",
  "USERPROFILE",
  "LOCALAPPDATA",
  "APPDATA",
  "SystemRoot",
  "TEMP",
  "TMP",
  "HTTPS_PROXY",
  "https_proxy",
  "NO_PROXY",
  "no_proxy",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
  "NPM_CONFIG_REGISTRY",
];

export interface DenoCommand {
  /** The working directory. */
  readonly folder: string;
  /** What for, as in "Cannot PURPOSE". */
  readonly purpose: string;
  /** Of the process; what a release needs of them is handed on. */
  readonly variables: Readonly<Record<string, string>>;
  /** Instead of one that is downloaded. */
  readonly runtime?: string | undefined;
}

/** It ended with a failure; `output` is what it said. */
export class DenoFailedError extends UserFacingError {
  readonly output: string;

  constructor(purpose: string, output: string) {
    super(`Cannot ${purpose}: ${output}`);
    this.output = output;
  }
}

/**
 * Runs the Deno that runs this.
 * @returns what it printed
 * @throws {DenoFailedError} when it fails
 */
export async function runDeno(
  args: readonly string[],
  { folder, purpose, variables, runtime }: DenoCommand,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: folder,
    clearEnv: true,
    env: {
      ...handedOn(variables),
      NO_COLOR: "1",
      ...(runtime === undefined ? {} : { DENORT_BIN: runtime }),
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new DenoFailedError(purpose, readable(decoder.decode(stderr)));
  return decoder.decode(stdout);
}

function handedOn(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => HANDED_ON.includes(name)),
  );
}

/** Without the stack of Deno itself, which nobody can read. */
function readable(output: string): string {
  return output.replace(/\n+Stack backtrace:[\s\S]*$/, "").replace(/^error: /m, "").trim();
}
