/** What counts as an answer of the Bot API, and what everything else means. */
import assert from "node:assert/strict";
import { createTelegramApi, refusalOf } from "../../src/bot/api.ts";
import { classifyFailure, type Failure } from "../../src/bot/api_failure.ts";

const TOKEN = "7000000001:AAbbCC";

interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

/** Makes a call that is answered so, and returns what its failure means. */
async function failureOf(
  { status, body, headers }: Answered,
  method:
    | "sendMessage"
    | "sendMediaGroup"
    | "getUpdates"
    | "getFile"
    | "getMe"
    | "answerCallbackQuery",
): Promise<Failure | undefined> {
  const api = createTelegramApi(
    { botToken: TOKEN, apiRoot: "https://api.example" },
    () =>
      Promise.resolve(
        new Response(body, { status, headers: { "content-type": "application/json", ...headers } }),
      ),
  );
  const calls = {
    sendMessage: () => api.sendMessage(1, "a"),
    sendMediaGroup: () => api.sendMediaGroup(1, []),
    getUpdates: () => api.getUpdates(),
    getFile: () => api.getFile("f"),
    getMe: () => api.getMe(),
    answerCallbackQuery: () => api.answerCallbackQuery("q"),
  };
  try {
    await calls[method]();
    return undefined;
  } catch (error) {
    assert.equal(refusalOf(error), undefined, "nothing says that the token is wrong");
    const failure = classifyFailure(error);
    assert.ok(!JSON.stringify(failure).includes(TOKEN));
    return failure;
  }
}

const json = (status: number, body: unknown): Answered => ({ status, body: JSON.stringify(body) });

const PASSING: readonly (readonly [Answered, Failure["kind"]])[] = [
  [json(502, { message: "Bad Gateway" }), "before-effect"],
  [json(503, { message: "Service Unavailable" }), "before-effect"],
  [json(504, { error: "timeout" }), "uncertain"],
  [json(500, {}), "uncertain"],
  [json(200, { ok: false }), "before-effect"],
  [json(400, { ok: false }), "before-effect"],
  [json(400, { ok: false, error_code: 400 }), "before-effect"],
  [json(401, { message: "Unauthorized" }), "before-effect"],
  [json(404, { error: "no route" }), "before-effect"],
  [json(403, "Forbidden"), "before-effect"],
  [json(502, { ok: false, error_code: 400, description: "Bad Request" }), "before-effect"],
  [json(502, { ok: false, error_code: 502, description: "Bad Gateway" }), "before-effect"],
  [json(503, { ok: false, error_code: 503, description: "Unavailable" }), "uncertain"],
  [json(502, { ok: true, result: { message_id: 1 } }), "uncertain"],
  [json(200, {}), "uncertain"],
  [json(200, null), "uncertain"],
  [json(200, []), "uncertain"],
  [json(200, { ok: true }), "uncertain"],
  [json(200, { ok: true, result: null }), "uncertain"],
  [json(200, { ok: "true", result: { message_id: 1 } }), "uncertain"],
  [{ status: 200, body: "" }, "uncertain"],
  [{ status: 301, body: "", headers: { location: "https://other.example/" } }, "before-effect"],
  [json(307, { ok: false, error_code: 400, description: "Moved" }), "before-effect"],
  [{ status: 200, body: '{"ok":true,"result":{"mess' }, "uncertain"],
  [{ status: 502, body: "" }, "before-effect"],
  [{ status: 200, body: "<html>Log in to this network</html>" }, "before-effect"],
  [
    { status: 403, body: "<html>no</html>", headers: { "content-type": "text/html" } },
    "before-effect",
  ],
  [{ status: 200, body: "{}", headers: { "content-type": "text/html" } }, "before-effect"],
  [json(429, { ok: false, error_code: 429, description: "Too Many Requests" }), "flood"],
  [json(429, { message: "slow down" }), "flood"],
];

for (const [answered, kind] of PASSING) {
  Deno.test(`${answered.status} ${answered.body} is a passing fault: ${kind}`, async () => {
    for (
      const method of [
        "sendMessage",
        "getUpdates",
        "getFile",
        "getMe",
        "answerCallbackQuery",
      ] as const
    ) {
      assert.equal((await failureOf(answered, method))?.kind, kind, method);
    }
  });
}

Deno.test("what is too large for a gateway is refused for good", async () => {
  for (const body of ["<html>413 Request Entity Too Large</html>", '{"message":"too large"}', ""]) {
    assert.equal((await failureOf({ status: 413, body }, "sendMessage"))?.kind, "refused");
  }
});

Deno.test("a result that is another method's is no answer to this one", async () => {
  assert.equal(
    (await failureOf(json(200, { ok: true, result: true }), "sendMessage"))?.kind,
    "uncertain",
  );
  assert.equal(
    (await failureOf(json(200, { ok: true, result: {} }), "getUpdates"))?.kind,
    "uncertain",
  );
  assert.equal(
    (await failureOf(json(200, { ok: true, result: [{}] }), "getUpdates"))?.kind,
    "uncertain",
  );
  for (const result of [true, {}, [], [true]]) {
    const odd = json(200, { ok: true, result });
    assert.equal((await failureOf(odd, "sendMediaGroup"))?.kind, "uncertain");
  }
  const sent = json(200, { ok: true, result: { message_id: 1, date: 1, chat: { id: 1 } } });
  assert.equal(await failureOf(sent, "sendMessage"), undefined);
  assert.equal(
    await failureOf(json(200, { ok: true, result: true }), "answerCallbackQuery"),
    undefined,
  );
});

for (
  const [code, description, kind] of [
    [400, "Bad Request: something that nobody knows", "refused"],
    [400, "Bad Request: message is too long", "refused"],
    [403, "Forbidden: bot was blocked by the user", "unreachable"],
    [400, "Bad Request: CHAT_RESTRICTED", "unreachable"],
    [400, "Bad Request: USER_BANNED_IN_CHANNEL", "unreachable"],
    [400, "Bad Request: PEER_ID_INVALID", "unreachable"],
    [403, "Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN", "refused"],
    [403, "Forbidden: not enough rights to send documents to the chat", "refused"],
    [400, "Bad Request: not enough rights to send text messages to the chat", "unreachable"],
  ] as const
) {
  Deno.test(`a proper ${code} is final: ${description}`, async () => {
    const answered = json(code, { ok: false, error_code: code, description });
    assert.equal((await failureOf(answered, "sendMessage"))?.kind, kind);
  });
}

for (
  const [what, answered, retryAfterMs] of [
    [
      "its parameters",
      json(429, {
        ok: false,
        error_code: 429,
        description: "Too Many Requests",
        parameters: { retry_after: 7 },
      }),
      7_000,
    ],
    [
      "a header",
      { ...json(429, { message: "slow down" }), headers: { "retry-after": "9" } },
      9_000,
    ],
    ["nothing", json(429, { message: "slow down" }), 3_000],
    [
      "something absurd",
      json(429, {
        ok: false,
        error_code: 429,
        description: "Too Many Requests",
        parameters: { retry_after: -5 },
      }),
      3_000,
    ],
  ] as const
) {
  Deno.test(`the length of a pause comes from ${what}`, async () => {
    const failure = await failureOf(answered, "sendMessage");
    assert.equal(failure?.kind === "flood" && failure.retryAfterMs, retryAfterMs);
  });
}

Deno.test("no redirect is followed: the call would be made without its parameters", async () => {
  const paths: string[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    (request) => {
      paths.push(`${request.method} ${new URL(request.url).pathname.split("/").at(-1)}`);
      return new Response(null, { status: 302, headers: { location: "/elsewhere" } });
    },
  );
  const apiRoot = `http://127.0.0.1:${server.addr.port}`;
  const api = createTelegramApi({ botToken: TOKEN, apiRoot }, fetch);
  await assert.rejects(api.sendMessage(1, "a"));
  assert.deepEqual(paths, ["POST sendMessage"]);
});

Deno.test("a proper 401 and 404 say that the token is wrong", async () => {
  for (const [code, description] of [[401, "Unauthorized"], [404, "Not Found"]] as const) {
    const { body } = json(code, { ok: false, error_code: code, description });
    const api = createTelegramApi(
      { botToken: TOKEN, apiRoot: "https://api.example" },
      () => Promise.resolve(new Response(body, { status: code })),
    );
    await assert.rejects(api.getMe(), (error) => refusalOf(error) !== undefined);
  }
});
