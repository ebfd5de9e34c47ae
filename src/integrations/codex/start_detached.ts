/**
 * Starts a program with all of its streams at hand, and with nothing of this process's environment.
 * @throws the runtime's errors: there is no such program, or it may not be run
 */
export function startDetached(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  return new Deno.Command(command, {
    args: [...args],
    env: { ...environment },
    clearEnv: true,
    // Ctrl-C in the terminal is for this program, which decides when a turn is interrupted, and how.
    // On Windows it would open a window of its own.
    detached: Deno.build.os !== "windows",
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
