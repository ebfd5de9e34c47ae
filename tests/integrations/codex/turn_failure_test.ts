/** What a failed turn means, and what a turn used. */
import assert from "node:assert/strict";
import { there, turnFailure } from "../../../src/integrations/codex/turn_failure.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { troubleText } from "../../../src/texts/trouble_texts.ts";
import { UsageMeter } from "../../../src/integrations/codex/usage_meter.ts";

/** As real releases said it, or would say it of a service that answers so. */
const FAILURES: readonly (readonly [message: string, info: unknown, kind: string, said: string])[] =
  [
    ["no", { httpConnectionFailed: { httpStatusCode: 401 } }, "login", "no."],
    ["no", { http_connection_failed: { http_status_code: 401 } }, "login", "no."],
    ["unexpected status 401 Unauthorized: bad key", "other", "login", "bad key."],
    ["Your session has ended.", "unauthorized", "login", "Your session has ended."],
    [
      "Missing environment variable: `MY_KEY`",
      "other",
      "variable",
      "Missing environment variable: `MY_KEY`.",
    ],
    ["stop", "usageLimitExceeded", "limit", "stop."],
    ["stop", "usage_limit_exceeded", "limit", "stop."],
    ["401 tokens left", "contextWindowExceeded", "room", "401 tokens left."],
    ["somethingNew", "somethingNew", "failed", "somethingNew."],
    [
      "exceeded retry limit, last status: 429 Too Many Requests",
      "other",
      "pace",
      "HTTP 429 Too Many Requests.",
    ],
    ["boom", "internalServerError", "service", "boom."],
    ["Selected model is at capacity", "serverOverloaded", "busy", "Selected model is at capacity."],
    ["No.", "modelNotFound", "model", "No."],
    [
      "Invalid image in your last message. Please remove it.",
      "badRequest",
      "picture",
      "Invalid image in your last message. Please remove it.",
    ],
    [
      '{"detail":"The \'x\' model is not supported when using Codex with a ChatGPT account."}',
      "other",
      "model",
      "The 'x' model is not supported when using Codex with a ChatGPT account.",
    ],
    [
      '{"detail":"The \'x\' model is not supported here"}',
      "badRequest",
      "model",
      "The 'x' model is not supported here.",
    ],
    [
      "unexpected status 404 Not Found: The model `x` does not exist, url: http://127.0.0.1:1/v1/responses",
      "other",
      "model",
      "The model `x` does not exist.",
    ],
    [
      'unexpected status 400 Bad Request: {"error":{"message":"Not this one","param":"input[0].content[1].image_url","code":null}}, url: http://h/v1',
      "badRequest",
      "picture",
      "Not this one.",
    ],
    [
      '{"detail":[{"loc":["body"],"msg":"field required"}]}',
      "badRequest",
      "failed",
      "field required.",
    ],
    ['{"odd":1}', "badRequest", "failed", "Codex gave no reason."],
    ['{"odd":{"code":7}}', "badRequest", "failed", "Codex gave no reason."],
    ['{"errors":[{"message":"bad thing"}]}', "badRequest", "failed", "bad thing."],
    ['{"error":"Bad Request","message":"x must be y"}', "badRequest", "failed", "x must be y."],
    ['{"error":"invalid_grant"}', "badRequest", "failed", "invalid_grant."],
    [
      '[{"error":{"code":400,"message":"No such field"}}]',
      "badRequest",
      "failed",
      "No such field.",
    ],
    [
      'unexpected status 402 Payment Required: {"detail":{"code":"deactivated_workspace"}}, url: http://h/v1',
      { httpConnectionFailed: { httpStatusCode: 402 } },
      "access",
      "deactivated_workspace.",
    ],
    [
      "The 'x' model requires a newer version of Codex. Please upgrade to the latest app.",
      "badRequest",
      "model",
      "The 'x' model requires a newer version of Codex. Please upgrade to the latest app.",
    ],
    [
      "x/y:free is not a valid model ID",
      "badRequest",
      "model",
      "x/y:free is not a valid model ID.",
    ],
    [
      'unexpected status 404 Not Found: model "x:20b" not found, try pulling it first',
      "other",
      "model",
      'model "x:20b" not found, try pulling it first.',
    ],
    [
      '{"error":{"message":"Unsupported value: \'xhigh\'","param":"reasoning.effort","code":null}}',
      "badRequest",
      "model",
      "Unsupported value: 'xhigh'.",
    ],
    [
      "This model's maximum context length is 131072 tokens. However, you asked for more.",
      "badRequest",
      "room",
      "This model's maximum context length is 131072 tokens. However, you asked for more.",
    ],
    [
      '{"error":{"message":"prompt is too long: 214315 tokens > 200000 maximum"}}',
      "other",
      "room",
      "prompt is too long: 214315 tokens > 200000 maximum.",
    ],
    [
      "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
      "badRequest",
      "policy",
      "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
    ],
    [
      "unexpected status 404 Not Found: Unknown error, url: http://h/v1/responses",
      "other",
      "address",
      "HTTP 404 Not Found.",
    ],
    [
      "unexpected status 520 <unknown status code>: Unknown error, url: http://h/v1",
      "other",
      "service",
      "HTTP 520.",
    ],
    [
      "unexpected status 407 Proxy Authentication Required: no",
      "other",
      "service",
      "no.",
    ],
    [
      "Access blocked by Cloudflare. This happens in some regions (status 403 Forbidden), url: http://h/v1",
      { httpConnectionFailed: { httpStatusCode: 403 } },
      "service",
      "Access blocked by Cloudflare. This happens in some regions (status 403 Forbidden).",
    ],
    [
      "stream disconnected before completion: error sending request for url (http://h/v1/responses)",
      "other",
      "service",
      "stream disconnected before completion: error sending request.",
    ],
    [
      'unexpected status 403 Forbidden: <?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
      "other",
      "access",
      "Access Denied.",
    ],
    [
      '{"error":{"message":"litellm.BadRequestError: OpenAIException - {\\"error\\":{\\"message\\":\\"No such tool\\"}}. Group=x","code":"400"}}',
      "badRequest",
      "failed",
      "No such tool.",
    ],
    [
      '{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"error\\":{\\"message\\":\\"No reasoning\\"}}"}}}',
      "badRequest",
      "failed",
      "Provider returned error: No reasoning.",
    ],
  ];

Deno.test("the kind that Codex names decides, and only words are shown", () => {
  for (const [message, info, kind, said] of FAILURES) {
    assert.deepEqual(turnFailure({ message, info }).trouble, { kind, said }, message);
  }
});

Deno.test("no word in a sentence makes another failure of it", () => {
  const words = "401 Unauthorized, not logged in, rate limit, 429, context window, invalid image";
  for (
    const message of [
      words,
      `{"error":{"message":"Invalid value: input[3].output: ${words}","param":"input","code":null}}`,
      `{"detail":"${words}"}`,
      `Invalid value: input[3].output: {"error":{"message":"${words}","code":"invalid_api_key"}}`,
      `Not allowed: prompt is too long: ${words}`,
    ]
  ) {
    for (const info of ["badRequest", "other", { badRequest: {} }, undefined]) {
      assert.equal(turnFailure({ message, info }).trouble?.kind, "failed", message);
    }
    assert.equal(turnFailure({ message, info: "serverOverloaded" }).trouble?.kind, "busy");
  }
});

Deno.test("the page of a proxy is told by its title", () => {
  const page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><hr>x</body></html>";
  const address = ", url: http://127.0.0.1:1/v1/responses, request id: 7";
  const message = `unexpected status 502 Bad Gateway: ${page}${address}`;
  const info = { httpConnectionFailed: { httpStatusCode: 502 } };
  const { trouble } = turnFailure({ message, info });
  assert.deepEqual(trouble, { kind: "service", said: "502 Bad Gateway." });
  const nameless = "unexpected status 403 Forbidden: <!DOCTYPE html><html><body>x</body></html>";
  const { trouble: refused } = turnFailure({ message: nameless, info: "other" });
  assert.deepEqual(refused, { kind: "service", said: "HTTP 403 Forbidden." });
  const locked = "unexpected status 401 Unauthorized: <html><title>Sign in &amp; on</title></html>";
  const { trouble: kept } = turnFailure({ message: locked, info: "other" });
  assert.deepEqual(kept, { kind: "service", said: "Sign in & on." });
  const broken = "stream disconnected before completion: error sending request";
  assert.equal(turnFailure({ message: broken, info: "other" }).trouble.kind, "service");
});

Deno.test("what a person has to do on another machine is said of that machine", () => {
  const machine = "wss://build";
  const missing = turnFailure({ message: "Missing environment variable: `MY_KEY`" });
  const refused = turnFailure({ message: "no", info: "unauthorized" });
  const limited = turnFailure({ message: "no", info: "serverOverloaded" });
  for (const failure of [missing, refused, limited]) {
    assert.deepEqual(there(failure, undefined), failure);
  }
  assert.deepEqual(there(limited, machine), limited);
  assert.deepEqual(there(refused, machine).trouble, { kind: "login-there", machine });
  const { trouble } = there(missing, machine);
  for (const language of ["en", "ko"] as const) {
    const said = troubleText(trouble, textsFor(language));
    assert.match(
      said,
      /^(?!.*codex-orchestrator)(?=.*MY_KEY)(?=.*wss:\/\/build).*app-server.*\/retry/,
    );
  }
});

Deno.test("UsageMeter counts the turn, not the thread", () => {
  const meter = new UsageMeter();
  const of = (totalTokens: number): Parameters<UsageMeter["read"]>[0] => ({
    inputTokens: totalTokens,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    totalTokens,
  });
  assert.equal(meter.read(of(1_000), of(100)).totalTokens, 100);
  assert.equal(meter.read(of(1_250), of(250)).totalTokens, 350);
});

Deno.test("UsageMeter takes no full window for tokens that were used", () => {
  const used = { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20, reasoningTokens: 5 };
  const nothing = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const meter = new UsageMeter();
  meter.read({ ...used, totalTokens: 120 }, { ...used, totalTokens: 120 });
  const full = meter.read({ ...used, totalTokens: 258_400 }, { ...nothing, totalTokens: 258_400 });
  assert.deepEqual(full, { ...used, totalTokens: 120 });
});
