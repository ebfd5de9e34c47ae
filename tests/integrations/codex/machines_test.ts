/** The machines of the configuration, by the addresses that profiles name. */
import assert from "node:assert/strict";
import type { CodexBackend } from "../../../src/core/codex/codex.ts";
import { CodexError } from "../../../src/core/errors.ts";
import { RunningCommands } from "../../../src/core/session/running_commands.ts";
import { WorkingAgents } from "../../../src/core/session/working_agents.ts";
import { CodexMachines } from "../../../src/integrations/codex/create_backend.ts";
import { EchoBackend } from "../../../src/integrations/codex/echo.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { MemorySessions } from "../../fakes/memory_stores.ts";

const ANN = { chatId: "1", userId: "1" };

Deno.test("a machine that is in the configuration no longer is told, and breaks no overview", async () => {
  const limits = { turnTimeoutMs: 1, turnIdleTimeoutMs: 1, cancelGraceMs: 1, reconnectMs: 1 };
  const echo = new EchoBackend({ clock: createSystemClock(), limits });
  const machines = new CodexMachines(echo, new Map<string, CodexBackend>());
  assert.throws(() => machines.codexOn("ws://gone:1"), (error) => {
    assert.ok(error instanceof CodexError);
    assert.deepEqual(error.trouble, { kind: "unlisted", machine: "ws://gone:1" });
    return true;
  });
  const sessions = new MemorySessions();
  await sessions.change(ANN, (session) => ({
    ...session,
    developerThread: { id: "t", workingDirectory: "/p", machine: "ws://gone:1" },
  }));
  const deps = { machines, sessions, redact: (text: string) => text };
  assert.deepEqual(await new WorkingAgents(deps).list(ANN), []);
  const { commands, unknown } = await new RunningCommands(deps).list(ANN);
  assert.deepEqual(commands, []);
  assert.match(unknown?.message ?? "", /No profile in conf\.toml uses ws:\/\/gone:1/);
});
