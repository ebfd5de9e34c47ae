/** Adds the tool server of the tests to a CODEX_HOME, as a person would. */
import { join } from "node:path";
import { denoFolder } from "./deno_folder.ts";

const SERVER = new URL("./tool_server.ts", import.meta.url).pathname;

/**
 * From 0.154 on Codex begins a turn without the tools of a server that is not ready after a second,
 * unless it is required.
 * @param features further lines of its table `[features]`
 */
export async function addToolServer(codexHome: string, features = ""): Promise<void> {
  const file = join(codexHome, "config.toml");
  const config = await Deno.readTextFile(file);
  const desk = `
[mcp_servers.desk]
command = ${JSON.stringify(Deno.execPath())}
args = ["run", "-A", ${JSON.stringify(SERVER)}]
env = { DENO_DIR = ${JSON.stringify(denoFolder())} }
startup_timeout_sec = 60
required = true
`;
  await Deno.writeTextFile(file, config.replace("[features]", `[features]\n${features}`) + desk);
}
