/** Runs npm, and says in words why it does not do what it is asked. */

/** What npm calls a registry that it does not reach. */
const UNREACHED =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EIDLETIMEOUT|ERR_SOCKET_TIMEOUT)\b/;

/** What the registry does not have. */
const MISSING = /\b(?:E404|ETARGET|ENOVERSIONS)\b/;

/**
 * Returns what npm prints.
 * @param what begins the sentence of the error, e.g. "Codex 0.171.0 cannot be installed"
 * @throws {Error} with a sentence for a person
 */
export async function npm(
  args: readonly string[],
  what: string,
  command = "npm",
): Promise<string> {
  const { success, stdout, stderr } = await output(command, args, what);
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error(`${what}: ${reasonIn(new TextDecoder().decode(stderr))}`);
}

async function output(
  command: string,
  args: readonly string[],
  what: string,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(command, { args: [...args], stdin: "null" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${what}: there is no npm on this machine. Install Node with npm.`, {
      cause: error,
    });
  }
}

/** Exported for its test. */
export function reasonIn(errors: string): string {
  const [code] = UNREACHED.exec(errors) ?? [];
  if (code !== undefined) {
    return `npm does not reach its registry (${code}). Connect this machine and run it again.`;
  }
  if (MISSING.test(errors)) return "npm's registry does not have it. Compare the version.";
  return errors.trim();
}
