import assert from "node:assert/strict";
import { join } from "node:path";
import type { ChatOptions } from "../../src/chat_app.ts";
import { UserFacingError } from "../../src/core/errors.ts";
import {
  ApplicationHost,
  type ApplicationHostSettings,
} from "../../src/supervisor/application_host.ts";
import type { ApplicationReport } from "../../src/supervisor/messages.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { applicationStart, TOKEN } from "./application_start.ts";

class Stage {
  readonly clock = new FakeClock();
  readonly reports: ApplicationReport[] = [];
  output = "";
  errors = "";
  closed = 0;
  readonly host: ApplicationHost;

  constructor(
    run: ApplicationHostSettings["run"],
    print: (text: string) => void = (text) => void (this.output += text),
  ) {
    this.host = new ApplicationHost({
      run,
      clock: this.clock,
      print,
      printError: (text) => void (this.errors += text),
      report: (report) => void this.reports.push(report),
      close: () => void this.closed++,
    });
  }

  async start(): Promise<void> {
    this.host.receive({ type: "start", application: applicationStart("/state") });
    await settle();
  }
}

/** An application that runs until it is stopped. */
function untilStopped(
  _config: unknown,
  _surroundings: unknown,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(0)));
}

Deno.test("a fault of the chat goes to its log, and not between its answers", async () => {
  await using folder = await temporaryFolder();
  const stage = new Stage(untilStopped);
  const chat: ChatOptions = {
    view: "json",
    attended: false,
    answered: false,
    shown: false,
    colors: false,
    language: "en",
    conversation: "here",
    anew: false,
  };
  stage.host.receive({
    type: "start",
    application: { ...applicationStart(folder.path), chat },
  });
  await settle();
  await stage.host.fault(new Error(`broken at ${TOKEN}`));
  assert.deepEqual([stage.output, stage.reports.at(-1)?.type], ["", "died"]);
  const log = await Deno.readTextFile(join(folder.path, "chat.log"));
  assert.match(log, / ERROR program\.fault error="Error: broken at \*\*\*/);
});

Deno.test("a log that cannot be written stops no work, and a fault is reported all the same", async () => {
  const full = (): never => {
    throw new Error("No space left on device");
  };
  const work = new Stage((_start, { write }) => {
    write("a line\n");
    return Promise.resolve(0);
  }, full);
  await work.start();
  assert.deepEqual(work.reports, [{ type: "ended", code: 0 }]);
  const faulty = new Stage(untilStopped, full);
  await faulty.host.fault(new Error("broken"));
  assert.equal(faulty.reports.at(-1)?.type, "died");
});

Deno.test("ApplicationHost runs the application until it is stopped, then reports and closes", async () => {
  const stage = new Stage(untilStopped);
  await stage.start();
  stage.host.receive({ type: "ping" });
  assert.deepEqual(stage.reports, [{ type: "pong" }]);
  stage.host.receive({ type: "stop" });
  await settle();
  assert.deepEqual(stage.reports.slice(1), [{ type: "ended", code: 0 }]);
  assert.equal(stage.closed, 1);
});

Deno.test("ApplicationHost prints a failure that a person can fix, without the token, and ends with 75", async () => {
  const stage = new Stage(() => {
    throw new UserFacingError(`Cannot use ${TOKEN}`, { remedy: "Ask for another" });
  });
  await stage.start();
  const reason = "Cannot use ***. Ask for another";
  assert.deepEqual(stage.reports, [{ type: "ended", code: 75, reason }]);
  assert.equal(stage.errors, "codex-orchestrator: Cannot use ***. Ask for another\n");
  assert.equal(stage.closed, 1);
});

Deno.test("ApplicationHost logs a fault without the token, stops the application and dies", async () => {
  const stage = new Stage(untilStopped);
  await stage.start();
  const fault = stage.host.fault(new TypeError(`no such thing as ${TOKEN}`));
  await fault;
  assert.match(
    stage.output,
    /ERROR program\.fault error="TypeError: no such thing as \*\*\*\\n +at /,
  );
  assert.ok(!stage.output.includes(TOKEN));
  assert.deepEqual(stage.reports, [{ type: "died", reason: "TypeError: no such thing as ***" }]);
  assert.equal(stage.closed, 1);
});

Deno.test("ApplicationHost waits five seconds for an application that does not end", async () => {
  const stage = new Stage(() => new Promise(() => {}));
  await stage.start();
  const fault = stage.host.fault("nothing but a text");
  await stage.clock.advance(4_999);
  assert.deepEqual(stage.reports, []);
  void stage.host.fault(new Error("a second one is logged and changes nothing"));
  await stage.clock.advance(1);
  await fault;
  assert.deepEqual(stage.reports, [{ type: "died", reason: "nothing but a text" }]);
  assert.equal(stage.output.match(/program\.fault/g)?.length, 2);
});

Deno.test("ApplicationHost treats an unexpected failure of the application as a fault", async () => {
  const stage = new Stage(() => Promise.reject(new RangeError("beyond")));
  await stage.start();
  assert.match(stage.output, /program\.fault error="RangeError: beyond/);
  assert.deepEqual(stage.reports, [{ type: "died", reason: "RangeError: beyond" }]);
});

Deno.test("ApplicationHost reports one end, also when the application fails while it is stopped", async () => {
  const stage = new Stage((_config, _surroundings, signal) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new Error("the database is closed")))
    )
  );
  await stage.start();
  await stage.host.fault(new Error("first"));
  assert.deepEqual(stage.reports, [{ type: "died", reason: "Error: first" }]);
  assert.match(stage.output, /first[^]*the database is closed/);
});
