/** Runs a program of the system (git, df, id) and reads what it prints. */

export interface OtherAnswer {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const PATH_OF_THE_SYSTEM = "/usr/bin:/bin:/usr/sbin:/sbin";

/**
 * @param variables the program's whole environment, besides the usual PATH and plain English
 * @returns undefined where the program does not exist or may not be started
 */
export async function askProgram(
  program: string,
  words: readonly string[],
  { variables = {}, signal }: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<OtherAnswer | undefined> {
  const command = new Deno.Command(program, {
    args: [...words],
    clearEnv: true,
    env: { PATH: PATH_OF_THE_SYSTEM, LC_ALL: "C", ...variables },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  });
  try {
    const { code, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { code, output: decoder.decode(stdout), errors: decoder.decode(stderr) };
  } catch (error) {
    const { NotFound, PermissionDenied, NotCapable } = Deno.errors;
    if ([NotFound, PermissionDenied, NotCapable].some((kind) => error instanceof kind)) {
      return undefined;
    }
    throw error;
  }
}
