import assert from "node:assert/strict";
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { startBotApiServer } from "../../src/demo/bot_api/server.ts";
import type { LaunchApplication } from "../../src/supervisor/worker_supervisor.ts";
import type { SpawnerReport } from "../../src/supervisor/messages.ts";
import { SpawnerHost } from "../../src/supervisor/spawner_host.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { TOKEN } from "./application_start.ts";

const PERMISSIONS = { read: ["/state"], write: [], net: [], run: [] };

Deno.test("a launcher without any rights launches the application again, and the process ends", async () => {
  await using folder = await temporaryFolder();
  await using telegram = await startBotApiServer({ token: TOKEN });
  const program = new URL("./programs/spawns_again.ts", import.meta.url).pathname;
  const [, ...flags] = manifest.tasks.start.command.split(" ").slice(0, -1);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...flags, program, join(folder.path, "state"), telegram.url],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output();
  await telegram.world.waitFor(() =>
    telegram.calls().some(({ method }) => method === "setMyCommands")
  );
  await child.stdin.close();
  const { code, stdout, stderr } = await ended;
  const said = new TextDecoder().decode(stdout).trim().split("\n");
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.deepEqual(said.filter((line) => line.startsWith("{")), [
    '{"type":"pong"}',
    '{"type":"ready"}',
    '{"type":"pong"}',
    '{"type":"ended","code":0}',
  ]);
  assert.ok(said.some((line) => line.includes("telegram.connected")), said.join("\n"));
});

Deno.test("SpawnerHost passes messages on, and reports when the application cannot be launched", () => {
  const reports: SpawnerReport[] = [];
  const sent: string[] = [];
  let closed = 0;
  let launch: LaunchApplication = ({ onReport, onFailure }) => {
    onReport({ type: "ready" });
    onFailure("it broke");
    return { send: ({ type }) => sent.push(type), terminate: () => sent.push("terminate") };
  };
  const host = new SpawnerHost({
    launcher: (permissions) => {
      assert.equal(permissions, PERMISSIONS);
      return (events) => launch(events);
    },
    report: (report) => void reports.push(report),
    close: () => void closed++,
  });
  host.receive({ type: "send", order: { type: "ping" } });
  host.receive({ type: "launch", permissions: PERMISSIONS });
  host.receive({ type: "send", order: { type: "stop" } });
  host.receive({ type: "terminate" });
  host.receive({ type: "terminate" });
  assert.deepEqual(sent, ["stop", "terminate"]);
  launch = () => {
    throw new Error("no rights");
  };
  host.receive({ type: "launch", permissions: PERMISSIONS });
  assert.deepEqual(reports, [
    { type: "report", report: { type: "ready" } },
    { type: "failure", reason: "it broke" },
    { type: "failure", reason: "no rights" },
  ]);
  host.receive({ type: "close" });
  assert.equal(closed, 1);
});
