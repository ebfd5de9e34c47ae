import assert from "node:assert/strict";
import { CUT_MESSAGE, type ResponsesApi, startResponsesApi, type Step } from "./responses_api.ts";

function post(
  api: ResponsesApi,
  text: string,
  toolOutputs: readonly string[] = [],
): Promise<Response> {
  return fetch(`${api.url}/responses`, {
    method: "POST",
    headers: { authorization: "Bearer key" },
    body: JSON.stringify({
      model: "any",
      reasoning: { effort: "high" },
      input: [
        { role: "developer", content: [{ type: "input_text", text: "You are the planner" }] },
        { role: "user", content: "<environment_context>cwd</environment_context>" },
        { role: "user", content: [{ type: "input_text", text }] },
        ...toolOutputs.map((output) => ({ type: "function_call_output", output })),
      ],
    }),
  });
}

function scripted(api: ResponsesApi, step: Step): void {
  api.script({ when: () => true, steps: [step] });
}

Deno.test("startResponsesApi answers with the last user text when no rule fits", async () => {
  await using api = await startResponsesApi();
  const stream = await (await post(api, "hello")).text();
  assert.match(
    stream,
    /event: response\.created[\s\S]*"text":"ok: hello"[\s\S]*response\.completed/,
  );
  assert.deepEqual(api.requests, [{
    model: "any",
    effort: "high",
    lastUserText: "hello",
    userTexts: ["hello"],
    developerText: "You are the planner",
    agentTexts: [],
    goalRound: undefined,
    images: [],
    toolOutputs: [],
    tools: [],
    schema: undefined,
    authorization: "Bearer key",
  }]);
});

Deno.test("startResponsesApi plays the next step when the calls of one are done", async () => {
  await using api = await startResponsesApi();
  const twoAtOnce: Step = {
    all: [{ message: "two at once", phase: "commentary" }, { command: "a" }, { command: "b" }],
  };
  api.script({
    when: () => true,
    steps: [twoAtOnce, { patch: "*** Begin Patch" }, { message: "done" }],
  });
  assert.match(await (await post(api, "go")).text(), /two at once[\s\S]*exec_command/);
  assert.match(await (await post(api, "go", ["1"])).text(), /exec_command/);
  assert.match(await (await post(api, "go", ["1", "2"])).text(), /apply_patch/);
  assert.match(await (await post(api, "go", ["1", "2", "3"])).text(), /"text":"done"/);
});

Deno.test("startResponsesApi asks the newest rule first, as often as it may be used", async () => {
  await using api = await startResponsesApi();
  scripted(api, { message: "older" });
  api.script({ when: () => true, steps: [{ status: 429, retryAfterSeconds: 3 }], times: 1 });
  const limited = await post(api, "x");
  assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "3"]);
  await limited.body?.cancel();
  assert.match(await (await post(api, "x")).text(), /older/);
});

Deno.test("startResponsesApi breaks the connection before or after the first words", async () => {
  await using api = await startResponsesApi();
  scripted(api, { drop: "before" });
  await assert.rejects(post(api, "x"));
  scripted(api, { drop: "middle" });
  const response = await post(api, "x");
  let seen = "";
  await assert.rejects(async () => {
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      seen += part;
    }
  });
  assert.match(seen, new RegExp(`"delta":"${CUT_MESSAGE.slice(0, CUT_MESSAGE.length / 2)}`));
});

Deno.test("startResponsesApi holds a request until the test lets it go, or closes", async () => {
  await using api = await startResponsesApi();
  const gate = Promise.withResolvers<void>();
  scripted(api, { until: gate.promise, then: { failed: "context_length_exceeded" } });
  const held = post(api, "held");
  await api.received(({ lastUserText }) => lastUserText === "held");
  gate.resolve();
  assert.match(await (await held).text(), /response\.failed[\s\S]*context_length_exceeded/);
  scripted(api, { silent: true });
  const silent = await post(api, "x");
  const broken = assert.rejects(silent.text());
  await api.close();
  await broken;
});
