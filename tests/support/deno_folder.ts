/** Where the Deno that runs the tests keeps packages: for programs with a home of their own. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** As Deno looks for it. What is there already need not be fetched for an empty home. */
export function denoFolder(): string {
  const [named, caches] = ["DENO_DIR", "XDG_CACHE_HOME"].map((name) => Deno.env.get(name));
  if (named) return resolve(named);
  if (Deno.build.os === "darwin") return join(homedir(), "Library", "Caches", "deno");
  return join(caches || join(homedir(), ".cache"), "deno");
}
