/** Runs Deno for the release, in an environment that leaves no trace in what it makes. */
import { UserFacingError } from "../src/core/errors.ts";

/**
 * What Deno needs to find its cache and to download. Other variables are not passed on, because Deno
 * writes some of them into the executable (those of OpenTelemetry and of an `.env` file).
 */
const PASSED_ON = [
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

interface DenoCommand {
  /** The working directory. */
  readonly folder: string;
  /** For the error: "Cannot PURPOSE". */
  readonly purpose: string;
  /** Of the process; what a release needs of them is passed on. */
  readonly variables: Readonly<Record<string, string>>;
  /** Instead of one that is downloaded. */
  readonly runtime?: string | undefined;
}

/** Deno failed; `output` is what it printed. */
export class DenoFailedError extends UserFacingError {
  readonly output: string;

  constructor(purpose: string, output: string) {
    super(`Cannot ${purpose}: ${output}`);
    this.output = output;
  }
}

/**
 * Runs the Deno that runs this program.
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
    Object.entries(variables).filter(([name]) => PASSED_ON.includes(name)),
  );
}

/** Cuts off Deno's own stack, which helps nobody. */
function readable(output: string): string {
  return output.replace(/\n+Stack backtrace:[\s\S]*$/, "").replace(/^error: /m, "").trim();
}
