import assert from "node:assert/strict";
import { createRedactor } from "../../../src/core/redaction/redact.ts";
import { createLog, type DisposableLog } from "../../../src/integrations/logging/log.ts";
import { createPlainLog, formatLogLine } from "../../../src/integrations/logging/log_line.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const AT = "2026-01-02T03:04:05.000Z";

Deno.test("createLog writes a line with time, level, message and fields", () => {
  const { log, lines } = recording();
  using _ = log;
  log.info("codex.started", { version: "0.169.0", pid: 12, ready: true, none: undefined });
  log.warn("a {placeholder} stays");
  log.error("codex.exited");
  assert.deepEqual(lines, [
    `${AT} INFO codex.started version=0.169.0 pid=12 ready=true\n`,
    `${AT} WARN a {placeholder} stays\n`,
    `${AT} ERROR codex.exited\n`,
  ]);
});

Deno.test("createLog writes debug lines only when verbose", () => {
  for (const verbose of [false, true]) {
    const { log, lines } = recording(verbose);
    using _ = log;
    log.debug("codex.event");
    assert.deepEqual(lines, verbose ? [`${AT} DEBUG codex.event\n`] : []);
  }
});

Deno.test("createLog masks secrets by shape, by name and as given", () => {
  const { log, lines } = recording();
  using _ = log;
  log.info("said hush-hush", { apiKey: "x", note: "Bearer abc", detail: { token: "y" } });
  assert.deepEqual(lines, [
    `${AT} INFO said *** apiKey=*** note="Bearer ***" detail={"token":"***"}\n`,
  ]);
});

Deno.test("createLog is silent once disposed of", () => {
  const { log, lines } = recording();
  log[Symbol.dispose]();
  log.error("late");
  assert.deepEqual(lines, []);
});

Deno.test("createLog lets work go on where a line cannot be written", () => {
  let tried = 0;
  using log = createLog({
    verbose: false,
    write: () => {
      tried++;
      throw new Deno.errors.PermissionDenied("the disk is full");
    },
    clock: new FakeClock(),
    redactor: createRedactor({ secrets: [] }),
  });
  log.error("state.failed");
  assert.equal(tried, 1);
});

for (
  const [what, value, written] of [
    ["plain text", "gpt-5", "gpt-5"],
    ["text with blanks", "a b", '"a b"'],
    ["an empty text", "", '""'],
    ["line breaks", "a\nb", '"a\\nb"'],
    ["what a terminal would obey", "\u001b[31mred\u009b", '"\\u001b[31mred\\u009b"'],
    ["quotes", 'say "x"', '"say \\"x\\""'],
    ["a list", [1, "b"], '[1,"b"]'],
    ["null", null, "null"],
    ["letters of any script", "안녕", "안녕"],
  ] as const
) {
  Deno.test(`formatLogLine writes ${what} on one line`, () => {
    const line = formatLogLine({
      at: new Date(AT),
      level: "INFO",
      message: "m",
      fields: { key: value },
    });
    assert.equal(line, `${AT} INFO m key=${written}`);
  });
}

function recording(
  verbose = false,
): { readonly log: DisposableLog; readonly lines: string[] } {
  const lines: string[] = [];
  const log = createLog({
    verbose,
    write: (line) => lines.push(line),
    clock: new FakeClock(),
    redactor: createRedactor({ secrets: ["hush-hush"] }),
  });
  return { log, lines };
}

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
