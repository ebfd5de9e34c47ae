/** Programs that are started through the broker: in pieces, in bulk, slow, killed, and refused. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Broker } from "../../../src/integrations/codex/broker/broker.ts";
import { brokeredStart } from "../../../src/integrations/codex/broker/client.ts";
import type {
  AllowedProgram,
  BrokerOrder,
  BrokerReport,
} from "../../../src/integrations/codex/broker/messages.ts";
import { StartedAhead } from "../../../src/integrations/codex/broker/started_ahead.ts";
import type { Clock } from "../../../src/core/clock.ts";
import type { StartedProgram } from "../../../src/integrations/codex/child_process.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { isRunning, until } from "../../support/processes.ts";
import { namesIn, temporaryFolder } from "../../support/temporary_folder.ts";

interface Stage extends AsyncDisposable {
  readonly start: (...words: string[]) => Promise<StartedProgram>;
  readonly broker: Broker;
  /** What went between the two. */
  readonly orders: readonly BrokerOrder[];
  readonly reports: readonly BrokerReport[];
}

const INBOX = "/state/inbox";

/** @param ahead it is started before anybody asks for it */
function stage(
  speaks: AllowedProgram["speaks"] | {
    readonly ahead: AllowedProgram["speaks"];
    readonly clock?: Clock;
  },
  ...words: string[]
): Stage {
  const { port1, port2 } = new MessageChannel();
  const orders: BrokerOrder[] = [];
  const reports: BrokerReport[] = [];
  const broker = new Broker({
    clock: (typeof speaks === "string" ? undefined : speaks.clock) ?? createSystemClock(),
    report: (report) => {
      reports.push(report);
      port1.postMessage(report);
    },
    limits: {
      programs: [{
        ...{ command: "sh", started: "/bin/sh", arguments: words },
        ...(typeof speaks === "string" ? { speaks } : { speaks: speaks.ahead, ahead: true }),
      }],
      environment: { ONLY: "this" },
      rights: {
        folders: [{ paths: ["/p"], sandbox: "workspace-write", approvalPolicy: "on-request" }],
        workspaces: "/state/workspaces",
        inbox: INBOX,
      },
    },
  });
  port1.onmessage = ({ data }: MessageEvent<BrokerOrder>) => {
    orders.push(data);
    broker.receive(data);
  };
  const start = brokeredStart(port2);
  return {
    broker,
    orders,
    reports,
    start: (...asked) => start({ command: "sh", arguments: asked }, { IGNORED: "x" }),
    async [Symbol.asyncDispose](): Promise<void> {
      await broker.close();
      port1.close();
      port2.close();
    },
  };
}

/** Reads to the end, both outputs: what is still read then is a leak to Deno. */
async function text({ stdout, stderr }: StartedProgram): Promise<string> {
  const [said] = await Promise.all([new Response(stdout).text(), new Response(stderr).text()]);
  return said;
}

async function write({ stdin }: StartedProgram, ...lines: string[]): Promise<void> {
  const writer = stdin.getWriter();
  for (const line of lines) await writer.write(new TextEncoder().encode(line));
  await writer.close();
}

Deno.test("a program gets the broker's environment alone, its input, and tells how it ends", async () => {
  const script = 'echo "$ONLY$IGNORED$HOME"; cat; echo odd >&2; exit 3';
  await using made = stage("nothing", "-c", script);
  const program = await made.start("-c", script);
  // What is not spoken with has no input.
  await write(program, "ignored\n");
  assert.equal(await text(program), "this\n");
  assert.deepEqual(await program.status.then(({ code, signal }) => [code, signal]), [3, null]);
});

Deno.test("a program that is not listed, or with other words, is refused", async () => {
  await using made = stage("nothing", "-c", "{file}");
  for (
    const words of [
      ["-c", "true"],
      ["-c", `${INBOX}/../x`],
      ["-c", INBOX, "more"],
      [],
      ["-c", `x${INBOX}/a`],
    ]
  ) {
    await assert.rejects(made.start(...words), Deno.errors.NotCapable, words.join(" "));
  }
  const allowed = await made.start("-c", `${INBOX}/a`);
  await allowed.stdin.close();
  assert.equal(await text(allowed), "");
  await allowed.status;
});

Deno.test("what is refused is answered in Codex's place, between whole lines", async () => {
  const script = 'printf \'{"a":\'; read line; echo "1}"; echo "$line"; cat';
  await using made = stage("app-server", "-c", script);
  const program = await made.start("-c", script);
  await write(
    program,
    '{"id":1,"method":"config/value/write","params":{}}\n{"id":2,"method":"model/list",',
    '"params":{"x":1},"other":true}\nno json\n{"method":"odd"}\n{"method":"initialized"}\n',
    '{"id":3,"method":"model/list","method":"config/value/write"}\n{"id":9,"result":{}}\n',
  );
  const lines = (await text(program)).trim().split("\n").map((line) => JSON.parse(line));
  await program.status;
  const [refused, ...passed] = lines.toSorted((one, other) =>
    Number("error" in other) - Number("error" in one)
  );
  assert.equal(refused.id, 1);
  assert.match(refused.error.message, /refuses config\/value\/write/);
  assert.equal(passed[0].id, 3, "the last of two counts, for the broker as for Codex");
  assert.deepEqual(passed.slice(1), [
    { a: 1 },
    { id: 2, method: "model/list", params: { x: 1 } },
    { method: "initialized" },
    { id: 9, result: {} },
  ]);
});

Deno.test("thirty megabytes go through in one line, both ways", async () => {
  await using made = stage("app-server", "-c", "cat");
  const program = await made.start("-c", "cat");
  const long = "x".repeat(30_000_000);
  const params = { input: long };
  const [said] = await Promise.all([
    text(program),
    write(program, `${JSON.stringify({ id: 1, method: "model/list", params })}\n`),
  ]);
  await program.status;
  assert.equal(said.length, JSON.stringify({ id: 1, method: "model/list", params }).length + 1);
});

Deno.test("short lines come without what they were read into, and are not acknowledged one by one", async () => {
  const script = "read line; echo $line; read line; echo $line; read line; echo $line";
  await using made = stage("app-server", "-c", script);
  const program = await made.start("-c", script);
  const [writer, reader] = [program.stdin.getWriter(), program.stdout.getReader()];
  for (let id = 0; id < 3; id++) {
    await writer.write(new TextEncoder().encode(`{"id":${id},"result":{}}\n`));
    const { value } = await reader.read();
    assert.equal(JSON.parse(new TextDecoder().decode(value)).id, id);
  }
  const sizes = made.reports.flatMap((report) =>
    report.type === "output" ? [report.bytes.buffer.byteLength - report.bytes.length] : []
  );
  assert.deepEqual(sizes, [0, 0, 0]);
  assert.ok(made.orders.every(({ type }) => type !== "taken"));
  // Its streams have ended, too.
  const errors = Array.fromAsync(program.stderr);
  assert.deepEqual([(await reader.read()).done, await errors], [true, []]);
  await program.status;
});

Deno.test("a program waits for a slow reader, and ends when nobody needs it", async () => {
  const script = "trap '' TERM; while :; do printf %01000000d 0; done";
  await using made = stage("nothing", "-c", script);
  const program = await made.start("-c", script);
  const reader = program.stdout.getReader();
  let read = 0;
  while (read < 20_000_000) read += (await reader.read()).value?.length ?? 0;
  // Nothing is taken any more: the broker holds a few megabytes, and the program stands still.
  const busy = async (): Promise<string> =>
    (await Deno.readTextFile(`/proc/${program.pid}/stat`)).split(" ").slice(13, 15).join(" ");
  let before = await busy();
  for (let same = 0; same < 5;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = await busy();
    same = now === before ? same + 1 : 0;
    before = now;
  }
  // SIGTERM is not enough for it.
  const closing = made.broker.close();
  await reader.cancel();
  await program.stderr.cancel();
  await closing;
  assert.equal((await program.status).signal, "SIGKILL");
  await assert.rejects(Deno.stat(join("/proc", String(program.pid))), Deno.errors.NotFound);
  await program.stdin.abort();
});

Deno.test("a program that is killed says by which signal, and takes no more input", async () => {
  await using made = stage("app-server", "-c", "cat");
  const program = await made.start("-c", "cat");
  program.kill("SIGTERM");
  assert.equal((await program.status).signal, "SIGTERM");
  const writer = program.stdin.getWriter();
  await assert.rejects(writer.write(new TextEncoder().encode("x\n")));
  assert.equal(await text(program), "");
});

const GREETING = '{"id":1,"method":"initialize","params":{}}';

Deno.test("a program that was started ahead is handed over once, with all that it has said", async () => {
  const script = "echo first; read line; echo $line; read line";
  await using made = stage({ ahead: "app-server" }, "-c", script);
  made.broker.startAhead(GREETING);
  assert.deepEqual(made.reports, [], "nobody has asked for it");
  const one = await made.start("-c", script);
  const other = await made.start("-c", script);
  assert.notEqual(one.pid, other.pid);
  // What was said ahead is not repeated, and the other one has heard nothing.
  await write(one, `${GREETING}\n`, '{"method":"initialized"}\n');
  await write(other, `${GREETING}\n`, '{"method":"initialized"}\n');
  assert.equal(await text(one), `first\n${GREETING}\n`);
  assert.equal(await text(other), `first\n${GREETING}\n`);
  assert.equal((await one.status).code, 0);
  await other.status;
});

Deno.test("what has ended well ahead has told all that it was asked, and what came to nothing is started again", () => {
  const usable = (speaks: AllowedProgram["speaks"], ...codes: number[]): boolean => {
    const program = { command: "sh", started: "/bin/sh", arguments: [], speaks };
    const ahead = new StartedAhead(program, () => assert.fail("nobody asked for it"));
    for (const code of codes) ahead.report({ type: "exited", id: 0, code, signal: null });
    return ahead.isUsable;
  };
  assert.deepEqual([usable("nothing"), usable("nothing", 0), usable("nothing", 1)], [
    ...[true, true, false],
  ]);
  assert.deepEqual([usable("app-server"), usable("app-server", 0), usable("mcp", 1)], [
    ...[true, false, false],
  ]);
});

for (const [when, isClosed] of [["is closed", true], ["waits in vain", false]] as const) {
  Deno.test(`a broker that ${when} ends what it has started ahead`, async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "pid");
    const script = `echo $$ >${file}.new; mv ${file}.new ${file}; exec sleep 600`;
    const clock = new FakeClock();
    await using made = stage({ ahead: "app-server", clock }, "-c", script);
    made.broker.startAhead(GREETING);
    await until(() => namesIn(folder.path).includes("pid"));
    const pid = Number(await Deno.readTextFile(file));
    assert.ok(await isRunning(pid));
    if (isClosed) await made.broker.close();
    else await clock.advance(60_000);
    await until(async () => !await isRunning(pid));
    // What is being ended is waited for, too.
    await made.broker.close();
    assert.deepEqual(made.reports, []);
  });
}
