/**
 * The launcher of the program, which tells its own rights once the application is confined, and then
 * is stopped. Arguments: its home, and the address of a Bot API.
 */
import { runSupervised } from "../../../src/supervisor/supervised_run.ts";
import { configOf } from "../application_start.ts";

const NAMES = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;

const [home = "", apiRoot = ""] = Deno.args;
const text = `[telegram]
allowed_users = [1]
api_root = "${apiRoot}"
[codex]
backend = "echo"
`;
const stop = new AbortController();
const { code } = await runSupervised(await configOf(home, text), {
  variables: {},
  version: "0",
  verbose: false,
  stop: stop.signal,
  print: (line) => {
    if (!line.includes(" permissions.confined ")) return;
    const rights = NAMES.map((name) => `${name} ${Deno.permissions.querySync({ name }).state}`);
    Deno.stdout.writeSync(new TextEncoder().encode(`${rights.join("\n")}\n`));
    stop.abort();
  },
});
Deno.exitCode = code;
