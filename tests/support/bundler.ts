/** What Deno bundles with: esbuild, which it fetches for its first bundle. */

/**
 * Has it fetched where it is not there yet. Otherwise the first tests that bundle would do that at
 * the same time, and be in each other's way: one finds the half-written program of another.
 * @throws {Error} when it cannot be had
 */
export async function installBundler(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "deno", import.meta.filename ?? ""],
    stdin: "null",
    stdout: "null",
  }).output();
  if (!success) throw new Error(`Deno cannot bundle: ${new TextDecoder().decode(stderr)}`);
}
