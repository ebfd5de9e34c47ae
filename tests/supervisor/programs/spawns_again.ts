/**
 * The launcher after it has given everything up: it ends the first application by force, launches
 * the next one through the spawner, and asks it to stop once it is connected. Arguments: the state
 * folder and the address of the Bot API. Prints what the reports were.
 */
import { createRedactor } from "../../../src/core/redaction/redact.ts";
import { loadApplication } from "../../../src/supervisor/application_launch.ts";
import type {
  LaunchApplication,
  RunningApplication,
} from "../../../src/supervisor/worker_supervisor.ts";
import { startWorkerSpawner } from "../../../src/supervisor/worker_spawner.ts";
import { configOf } from "../application_start.ts";

const [stateFolder = "", apiRoot = ""] = Deno.args;
const permissions = {
  read: [stateFolder],
  write: [stateFolder],
  net: [new URL(apiRoot).host],
  run: [],
};
const text = `[telegram]
allowed_users = [1]
api_root = "${apiRoot}"
[telegram.polling]
poll_timeout = 1
[codex]
backend = "echo"
`;
const config = { ...await configOf("/nowhere", text), stateFolder };
const first = await loadApplication("bot", permissions, createRedactor({ secrets: [] }));
const spawner = await startWorkerSpawner(permissions);
for (const name of ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const) {
  await Deno.permissions.revoke({ name });
}
await pings(first).then((application) => application.terminate());
const second = await pings(spawner.launch);
second.send({
  type: "start",
  application: { config, variables: {}, version: "0", verbose: false, traced: false },
});
// The test says when it is connected.
await Deno.stdin.read(new Uint8Array(1));
second.send({ type: "stop" });

/** Resolves when it has answered a ping. */
function pings(launch: LaunchApplication): Promise<RunningApplication> {
  return new Promise((resolve) => {
    const running = launch({
      onReport: (report): void => {
        print(JSON.stringify(report));
        if (report.type === "pong") resolve(running);
        if (report.type === "ended") spawner.close();
      },
      onFailure: (reason) => print(`failure: ${reason}`),
    });
    running.send({ type: "ping" });
  });
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
