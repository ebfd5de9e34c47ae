/** Where the Deno that runs the tests keeps packages: for programs with a home of their own. */
import { z } from "zod";

const info = z.object({ denoDir: z.string() });

/** What is there already need not be fetched for an empty home. */
export async function denoFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return info.parse(JSON.parse(new TextDecoder().decode(stdout))).denoDir;
}
