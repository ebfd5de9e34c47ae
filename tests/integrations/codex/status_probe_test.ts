import assert from "node:assert/strict";
import { parseReport } from "../../../src/integrations/codex/status_probe.ts";

Deno.test("parseReport reads both forms of a status command, and refuses others", () => {
  const expected = { running: true, ready: false, pid: 1, uptimeMs: 2_000 };
  assert.deepEqual(parseReport("running=true,ready=false,pid=1,uptime_sec=2\n"), expected);
  assert.deepEqual(
    parseReport('{"running":true,"ready":false,"pid":1,"uptime_sec":2,"more":[]}'),
    expected,
  );
  assert.deepEqual(parseReport("running=false,pid=-"), { running: false, ready: false });
  assert.throws(() => parseReport("all is well"));
});
