/** What /ps and /stop say where Codex cannot be asked. */
import assert from "node:assert/strict";
import { addCommands, stoppedSentences } from "../../src/commands/terminals.ts";
import { ReplyBuilder } from "../../src/commands/reply.ts";
import { CodexError } from "../../src/core/errors.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

Deno.test("why commands may still run is said in the person's language, with what to do", () => {
  const unknown = new CodexError("unreachable", "Cannot reach Codex on wss://build", {
    remedy: "Check that the app-server runs there",
    trouble: { kind: "unreachable", machine: "wss://build" },
  });
  const report = { commands: [], unknown };
  const asking = { texts: textsFor("ko"), clock: new FakeClock() };
  const [said = ""] = stoppedSentences(report, asking);
  assert.match(said, /^(?!.*Check that)(?!.*\/retry).*[가-힣].*wss:\/\/build.*\/ps/);
  const lines = new ReplyBuilder();
  addCommands(lines, report, asking);
  assert.match(JSON.stringify(lines.build()), /^(?!.*Check that).*[가-힣].*wss:\/\/build/);
});
