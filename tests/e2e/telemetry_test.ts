/** What an OpenTelemetry collector is sent by the real program, and what it must never be sent. */
import assert from "node:assert/strict";
import { collector } from "../../docs/examples/collector.ts";
import { Stage, TOKEN } from "./stage.ts";

/** A collector on loopback. */
class Collector implements AsyncDisposable {
  /** Whatever came, word for word. */
  readonly bodies: string[] = [];
  readonly traces: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const collect = collector((text) => this.traces.push(text));
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (
      request,
    ) => {
      this.bodies.push(await request.clone().text());
      return await collect(request);
    });
  }

  get variables(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

const SAFE = { OTEL_TRACES_SAMPLER: "parentbased_always_on" };

Deno.test("a run is one trace without a word of its content, and the bot token never gets out", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo", measured: true });
  await using spans = new Collector();
  stage.variables = { ...spans.variables, ...SAFE };
  const program = await stage.start();
  const request = stage.say("Add zebras, with an approval");
  const question = await stage.reply(request, /Codex wants/);
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(request, /revised/);
  assert.equal(await program.stop(), 0);

  assert.deepEqual(spans.traces.map(shape), [EXPECTED]);
  const sent = spans.bodies.join("\n");
  assert.ok(sent.includes("resourceMetrics"), "metrics were sent as well");
  assert.ok(!sent.includes("telegram.connected"), "the log stays here");
  for (const secret of [TOKEN, TOKEN.split(":")[1] ?? "", "zebras", "echo hello", stage.home]) {
    assert.ok(!sent.includes(secret), `${secret} was sent`);
  }
});

Deno.test("a sampler that would record calls to Telegram is refused before the first one", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo", measured: true });
  await using spans = new Collector();
  stage.variables = spans.variables;
  const program = stage.launch();
  assert.equal(await program.ended(), 78);
  assert.match(program.log.join("\n"), /OTEL_TRACES_SAMPLER must be parentbased_always_on/);
  assert.ok(!spans.bodies.join("\n").includes(TOKEN));
});

/** Without what differs from run to run. */
function shape(trace: string): string {
  return trace.replaceAll(/ \d+ ms/g, "")
    .replaceAll(/(run\.id|conversation\.id)=\S+/g, "$1=…");
}

function agent(name: string, round: number, during: readonly string[] = []): string[] {
  return [
    `  invoke_agent ${name}`,
    "    · gen_ai.operation.name=invoke_agent",
    `    · gen_ai.agent.name=${name}`,
    "    · gen_ai.provider.name=echo",
    `    · codex_orchestrator.round=${round}`,
    "    · codex_orchestrator.stage.status=completed",
    "    invoke_agent codex",
    "      · gen_ai.operation.name=invoke_agent",
    "      · gen_ai.agent.name=codex",
    "      · gen_ai.provider.name=echo",
    "      · gen_ai.conversation.id=…",
    ...during,
  ];
}

const EXPECTED = [
  "invoke_workflow plan",
  "  · gen_ai.operation.name=invoke_workflow",
  "  · gen_ai.workflow.name=plan",
  "  · gen_ai.provider.name=echo",
  "  · codex_orchestrator.run.id=…",
  "  · codex_orchestrator.run.status=answered",
  "  · codex_orchestrator.run.verdict=approved",
  "  · codex_orchestrator.review.result=approved",
  "  · codex_orchestrator.review.rounds=2",
  ...agent("selector", 0),
  ...agent("planner", 0),
  ...agent("developer", 1, [
    "      approval command",
    "        · codex_orchestrator.approval.kind=command",
    "        · codex_orchestrator.approval.decision=accept",
  ]),
  ...agent("reviewer", 1),
  ...agent("developer", 2),
  ...agent("reviewer", 2),
  "",
].join("\n");
