import assert from "node:assert/strict";
import {
  errorText,
  failureText,
  runTroubleText,
  troubleText,
} from "../../src/texts/trouble_texts.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { CodexError, StepMismatchError, ThreadBusyError } from "../../src/core/errors.ts";
import {
  CODEX_WISHES,
  FILE_REFUSALS,
  MACHINE_TROUBLES,
  SAID_TROUBLES,
  STORAGE_REASONS,
  type Trouble,
  VOICE_REASONS,
} from "../../src/core/codex/trouble.ts";
import { turnFailure } from "../../src/integrations/codex/turn_failure.ts";

const EN = textsFor("en");
const KO = textsFor("ko");

const TROUBLES: readonly Trouble[] = [
  { kind: "ended" },
  { kind: "in-use" },
  { kind: "limit", said: "401." },
  ...SAID_TROUBLES.map((kind) => ({ kind, said: "401." })),
  ...CODEX_WISHES.map((wish) => ({ kind: "unsupported" as const, wish, elsewhere: true })),
  ...STORAGE_REASONS.map((why) => ({ kind: "storage" as const, why, path: "state.db" })),
  ...FILE_REFUSALS.map((why) => ({ kind: "file-refused" as const, why, path: "a.txt" })),
  { kind: "busy-thread" },
  ...MACHINE_TROUBLES.map((kind) => ({ kind, machine: "wss://build", said: "401." })),
  ...VOICE_REASONS.map((why) => ({ kind: "voice" as const, why, about: "whisper" })),
];

Deno.test("whatever Codex does not do is said in the person's language", () => {
  for (const trouble of TROUBLES) {
    const error = new CodexError("request", "Said in English", { remedy: "Do this", trouble });
    assert.match(errorText(error, KO), /^[^(]*[가-힣]/u, trouble.kind);
    assert.doesNotMatch(errorText(error, EN), /Said in English|[가-힣]/u, trouble.kind);
  }
});

Deno.test("what Codex itself says is shown in its own words, with ours around it", () => {
  const { trouble } = turnFailure({ message: "unexpected status 401 Unauthorized" });
  assert.ok(trouble !== undefined);
  assert.match(
    troubleText(trouble, KO),
    /codex login` 을 실행.*\(HTTP 401 Unauthorized\.\)$/,
  );
  assert.match(troubleText(trouble, EN), /^HTTP 401 Unauthorized\. Run `codex login`/);
  const other = turnFailure({ message: "It is too late in the day" });
  assert.ok(other.trouble !== undefined);
  assert.match(troubleText(other.trouble, EN), /^It is too late in the day\. \/retry/);
});

Deno.test("a conversation that has grown too long is told with the way out", () => {
  const message = "Codex ran out of room in the model's context window.";
  const { kind, trouble } = turnFailure({ message, info: "contextWindowExceeded" });
  assert.equal(kind, "model");
  assert.deepEqual(trouble, { kind: "room", said: message });
  assert.match(troubleText(trouble, KO), /\/new 로 새 대화/);
});

Deno.test("an error without a closer meaning is said by its kind, with what to do where that is known", () => {
  const missing = new CodexError("not-installed", 'There is no program "codex"', {
    remedy: "Install it",
  });
  assert.equal(errorText(missing, EN), 'There is no program "codex". Install it.');
  assert.match(errorText(missing, KO), /^Codex를 찾을 수 없거나.*\(There is no program "codex"\./);
  assert.match(errorText(new ThreadBusyError(), KO), /\/cancel 로 중지/);
  const gone = new CodexError("no-subcommand", '"codex" has no mcp-server', {
    remedy: "Reinstall",
  });
  assert.match(errorText(gone, EN), /, then \/retry\. .*\("codex" has no mcp-server\.\)$/);
  assert.equal(failureText(gone, EN), errorText(gone, EN));
  const broken = new CodexError("handshake", "Codex ended at once");
  assert.match(
    errorText(broken, EN),
    /^Codex ended at once\. `codex-orchestrator doctor`.*\/retry\.$/,
  );
  assert.match(
    errorText(broken, KO),
    /`codex-orchestrator doctor`.*\/retry.*\(Codex ended at once\.\)$/,
  );
  const mismatch = new StepMismatchError("Cannot continue the run", { remedy: "Send it again" });
  assert.match(errorText(mismatch, KO), /^중단된 요청을 이어갈 수 없습니다/);
  assert.match(errorText(new TypeError("x is null"), KO), /^문제가 생겼습니다: x is null\./);
});

Deno.test("a task or a goal that failed is tried again by its own command", () => {
  const trouble = { kind: "service", said: "Overloaded." } as const;
  const texts = textsFor("en");
  assert.match(runTroubleText(trouble, {}, texts), /\/retry tries again/);
  assert.match(runTroubleText(trouble, { task: "compact" }, texts), /\/compact tries again/);
  assert.match(runTroubleText(trouble, { task: "checks" }, texts), /\/checks run tries again/);
  const cases = [
    ["kept", /\/goal resume tries again/],
    ["unset", /`\/goal TEXT` tries again/],
    [{ objective: "green" }, /\/goal resume tries again/],
    [{ objective: "green", unset: true }, /`\/goal TEXT` tries again/],
  ] as const;
  for (const [goal, said] of cases) assert.match(runTroubleText(trouble, { goal }, texts), said);
});

Deno.test("a command that failed is tried again by its own name, not by that of the last request", () => {
  const error = new CodexError("unreachable", "Nobody answers", {
    trouble: { kind: "unreachable", machine: "wss://build" },
  });
  for (const texts of [EN, KO]) {
    assert.match(failureText(error, texts), /\/retry/);
    assert.match(failureText(error, texts, "resume"), /^(?!.*\/retry).*\/resume/);
  }
});

Deno.test("a conversation that is too long to be summarized is not told to be summarized", () => {
  const trouble = { kind: "room", said: "Too long." } as const;
  for (const language of ["en", "ko"] as const) {
    const compact = runTroubleText(trouble, { task: "compact" }, textsFor(language));
    assert.match(compact, /^(?!.*summarizes it).*\/model.*\/compact.*\/new/);
    assert.match(runTroubleText(trouble, {}, textsFor(language)), /\/compact.*\/retry/);
  }
});
