/** Why a script did not run, as Codex answers it: what is told to a person depends on it. */
import assert from "node:assert/strict";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { readAnswer } from "../../../src/integrations/codex/app_server/answers.ts";
import { RpcError } from "../../../src/integrations/codex/app_server/json_rpc.ts";
import {
  type ScriptConnection,
  ScriptRunner,
} from "../../../src/integrations/codex/app_server/script_runner.ts";
import type { ScriptEnd, ScriptError } from "../../../src/integrations/codex/workspace/script.ts";

/** Runs a script that writes to two folders, and so in no shell that waits. */
async function run(answer: () => unknown): Promise<ScriptEnd> {
  const connection: ScriptConnection = {
    ask: (method) => Promise.resolve().then(() => readAnswer(method, answer())),
    request: () => Promise.resolve(),
    listenToOutput: () => () => undefined,
  };
  const ready = () => Promise.resolve(connection);
  const clock = new FakeClock();
  const runner = new ScriptRunner({ ready, greeted: ready, clock, log: new RecordingLog() });
  return await runner.run({
    definitions: "",
    text: "git status",
    variables: {},
    writable: ["/store", "/project"],
    mostBytes: 1_000,
    timeoutMs: 500,
  });
}

Deno.test("a script that Codex cannot run is told from one that this time did not go well", async () => {
  const cases: [number, string, ScriptError["reason"]][] = [
    [-32601, "Method not found", "unsupported"],
    [-32600, "Invalid request: unknown variant `command/exec`", "unsupported"],
    [-32603, "failed to spawn command: No file descriptors available (os error 24)", "failed"],
    [-32001, "Server overloaded; retry later.", "failed"],
    [-32603, "command timed out", "too-slow"],
  ];
  for (const [code, message, reason] of cases) {
    const refuse = (): never => {
      throw new RpcError(code, message);
    };
    await assert.rejects(run(refuse), { name: "ScriptError", reason }, message);
  }
  // How Codex tells that it has stopped what took too long.
  const stopped = (): unknown => ({ exitCode: 124, stdout: "", stderr: "" });
  await assert.rejects(run(stopped), { name: "ScriptError", reason: "too-slow" });
  const ended = { exitCode: 1, stdout: "out", stderr: "err" };
  assert.deepEqual(await run(() => ended), { exitCode: 1, output: "out", errors: "err" });
});
