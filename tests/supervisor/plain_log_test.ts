import assert from "node:assert/strict";
import { createRedactor } from "../../src/core/redaction/redact.ts";
import { createPlainLog } from "../../src/supervisor/plain_log.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

Deno.test("createPlainLog masks secrets by shape, by name and as given", () => {
  const lines: string[] = [];
  const log = createPlainLog({
    verbose: true,
    write: (line) => lines.push(line),
    clock: new FakeClock(),
    redactor: createRedactor({ secrets: ["hunter2hunter2"] }),
  });
  const shape = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
  log.debug("said hunter2hunter2", { text: `a ${shape}`, password: "short" });
  const [line = ""] = lines;
  assert.match(line, /^\S+Z DEBUG said \*\*\*/);
  assert.doesNotMatch(line, /hunter2|AAbbCC|short/);
});
