/** Starts a chat page over a Bot API server, and acts as its script does. */
import assert from "node:assert/strict";
import { z } from "zod";
import { PageChat } from "../../src/demo/page/page_chat.ts";
import { servePage } from "../../src/demo/page/server.ts";
import { createSystemClock } from "../../src/integrations/system_clock.ts";
import { start, type Started } from "./bot_api/started.ts";
import { TextLineStream } from "../e2e/text_line_stream.ts";

const message = z.object({
  id: z.number(),
  mine: z.boolean(),
  text: z.string(),
  edited: z.boolean(),
  reactions: z.array(z.string()),
  replyTo: z.number().optional(),
  file: z.object({ kind: z.string(), name: z.string(), size: z.number(), address: z.string() })
    .optional(),
  entities: z.array(z.object({ type: z.string(), offset: z.number(), length: z.number() })),
});
const event = z.object({
  messages: z.array(message).default([]),
  changed: z.array(message).default([]),
  removed: z.array(z.number()).default([]),
  commands: z.array(z.object({ command: z.string(), description: z.string() })).optional(),
  action: z.object({ name: z.string() }).nullish(),
  description: z.string().optional(),
  work: z.string().optional(),
});
type PageEvent = z.infer<typeof event> & { readonly name: string };

export interface StartedPage extends AsyncDisposable {
  readonly started: Started;
  /** The secret address, with a trailing slash. */
  readonly url: string;
  oneTimeLink(): string;
  /** Sends JSON as the page does. */
  act(name: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  post(name: string, body: BodyInit, headers?: HeadersInit): Promise<Response>;
  /** The events of a new stream; returning ends it. */
  stream(language?: string): AsyncGenerator<PageEvent, void>;
  close(): Promise<void>;
}

export async function startPage(): Promise<StartedPage> {
  const started = await start();
  const { world, person } = started;
  const server = servePage({
    chat: new PageChat(world, person),
    setting: { bot: { name: "Codex", username: "codex_test_bot" }, work: "echo" },
    clock: createSystemClock(),
    port: 0,
  });
  const { origin } = new URL(server.url);
  const post = (name: string, body: BodyInit, headers: HeadersInit = {}): Promise<Response> =>
    fetch(`${server.url}actions/${name}`, {
      method: "POST",
      body,
      headers: { origin, ...headers },
    });
  return {
    started,
    url: server.url,
    oneTimeLink: () => server.oneTimeLink(),
    post,
    async act(name, body): ReturnType<StartedPage["act"]> {
      const type = { "content-type": "application/json" };
      const response = await post(name, JSON.stringify(body), type);
      return { status: response.status, body: await response.json() };
    },
    stream: (language = "en") => eventsOf(`${server.url}stream?language=${language}`),
    close: () => server.close(),
    async [Symbol.asyncDispose](): Promise<void> {
      await server.close();
      await started[Symbol.asyncDispose]();
    },
  };
}

/** Waits for the next event that fits. */
export async function nextEvent(
  events: AsyncGenerator<PageEvent, void>,
  fits: (event: PageEvent) => boolean,
): Promise<PageEvent> {
  while (true) {
    const { value, done } = await events.next();
    assert.ok(!done && value, "the stream has ended");
    if (fits(value)) return value;
  }
}

async function* eventsOf(address: string): AsyncGenerator<PageEvent, void> {
  const leave = new AbortController();
  const response = await fetch(address, { signal: leave.signal });
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const lines = response.body?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  let name = "";
  try {
    for await (const line of lines ?? []) {
      if (line.startsWith("event: ")) name = line.slice(7);
      if (line.startsWith("data: ")) yield { ...event.parse(JSON.parse(line.slice(6))), name };
    }
  } finally {
    leave.abort();
  }
}
