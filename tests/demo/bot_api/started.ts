/** Starts a Bot API server with one person in a private chat and a client. */
import { Api, GrammyError } from "grammy";
import {
  type BotApiServer,
  type BotApiServerOptions,
  startBotApiServer,
} from "../../../src/demo/bot_api/server.ts";
import type { Person } from "../../../src/demo/bot_api/people.ts";
import type { World } from "../../../src/demo/bot_api/world.ts";
import type { ChatHandle } from "../../../src/demo/bot_api/world_view.ts";

export const TOKEN = "7000000001:secret";

export interface Started extends AsyncDisposable {
  readonly server: BotApiServer;
  readonly world: World;
  readonly api: Api;
  readonly person: Person;
  readonly chat: ChatHandle;
  /** Calls a method with any parameters, as JSON. */
  call(method: string, parameters?: Record<string, unknown>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly ok: boolean;
  readonly description: string | undefined;
  readonly result: unknown;
}

export async function start(options: Partial<BotApiServerOptions> = {}): Promise<Started> {
  const server = await startBotApiServer({ token: TOKEN, ...options });
  const person = server.world.createPerson({ firstName: "Ada", languageCode: "en" });
  return {
    server,
    world: server.world,
    api: new Api(TOKEN, { apiRoot: server.url }),
    person,
    chat: server.world.privateChat(person),
    call: (method, parameters = {}) =>
      post(
        `${server.url}/bot${TOKEN}/${method}`,
        JSON.stringify(parameters),
        "application/json",
      ),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export async function post(url: string, body: BodyInit, contentType?: string): Promise<Answer> {
  const headers = contentType === undefined ? {} : { "content-type": contentType };
  const response = await fetch(url, { method: "POST", body, headers });
  const { ok, description, result } = await response.json();
  return { status: response.status, headers: response.headers, ok, description, result };
}

/** Returns the server's refusal, or `accepted`. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    if (error instanceof GrammyError) return `${error.error_code} ${error.description}`;
    throw error;
  }
}
