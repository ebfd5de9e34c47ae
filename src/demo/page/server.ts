/** Serves the chat page on loopback: its files, the chat as a stream, and what a person does. */
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import { ACTIONS } from "./actions.ts";
import { assetResponse } from "./assets.ts";
import type { PageSetting } from "./chat_view.ts";
import { guarded, refusal } from "./gatekeeper.ts";
import type { PageChat } from "./page_chat.ts";
import { streamResponse } from "./stream.ts";
import { fileResponse, receiveUpload, UPLOAD_LIMIT } from "./uploads.ts";

export interface PageServerOptions {
  readonly chat: PageChat;
  readonly setting: PageSetting;
  readonly clock: Clock;
  /** 0 = any free one. */
  readonly port: number;
}

export interface PageServer extends AsyncDisposable {
  /** Where the page is, with a trailing slash. */
  readonly url: string;
  /** Ends every stream and frees the port. Safe to call twice. */
  close(): Promise<void>;
}

const HOSTNAME = "127.0.0.1";
const JSON_LIMIT = 1024 * 1024;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

/** @throws {Deno.errors.AddrInUse} when the port is taken */
export function servePage({ port, ...parts }: PageServerOptions): PageServer {
  const closing = new AbortController();
  const desk = new Desk({ ...parts, closing: closing.signal });
  const server = Deno.serve({
    port,
    hostname: HOSTNAME,
    handler: async (request) => guarded(await desk.answer(request)),
    onError: () => guarded(failure(500, "The demo has failed: start it again with --verbose")),
    onListen: () => {},
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => closed ??= (closing.abort(), server.shutdown());
  return { url: `http://${HOSTNAME}:${server.addr.port}/`, close, [Symbol.asyncDispose]: close };
}

class Desk {
  readonly #chat: PageChat;
  readonly #setting: PageSetting;
  readonly #clock: Clock;
  readonly #closing: AbortSignal;

  constructor({ chat, setting, clock, closing }: Omit<PageServerOptions, "port"> & {
    readonly closing: AbortSignal;
  }) {
    this.#chat = chat;
    this.#setting = setting;
    this.#clock = clock;
    this.#closing = closing;
  }

  async answer(request: Request): Promise<Response> {
    const reason = refusal(request);
    if (reason !== undefined) return failure(403, reason);
    const { pathname } = new URL(request.url);
    if (request.method === "POST") return await this.#act(request, pathname);
    if (request.method !== "GET") return failure(405, "Only GET and POST are known here");
    if (pathname === "/stream") return this.#stream(request);
    const fileId = /^\/files\/(\d{1,9})$/.exec(pathname)?.[1];
    if (fileId !== undefined) return this.#file(Number(fileId));
    return await assetResponse(pathname) ?? failure(404, "There is no such page");
  }

  #stream(request: Request): Response {
    const language = new URL(request.url).searchParams.get("language") ?? "";
    if (LANGUAGE.test(language)) this.#chat.speak(language);
    const signal = AbortSignal.any([this.#closing, request.signal]);
    return streamResponse({ chat: this.#chat, setting: this.#setting, clock: this.#clock, signal });
  }

  #file(messageId: number): Response {
    const message = this.#chat.message(messageId);
    const file = message?.document ?? message?.photo;
    if (file === undefined) return failure(404, "There is no such file any more");
    return fileResponse(file, message?.photo !== undefined);
  }

  async #act(request: Request, pathname: string): Promise<Response> {
    const name = /^\/actions\/([a-z]+)$/.exec(pathname)?.[1] ?? "";
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined && name !== "upload") return failure(404, "There is no such action");
    const tooLong = lengthComplaint(request, action === undefined ? UPLOAD_LIMIT : JSON_LIMIT);
    if (tooLong !== undefined) return tooLong;
    try {
      const signal = AbortSignal.any([this.#closing, request.signal]);
      const done = action === undefined
        ? await receiveUpload(await request.formData(), this.#chat)
        : await action(await request.json(), { chat: this.#chat, clock: this.#clock, signal });
      return Response.json(done);
    } catch (error) {
      return actionFailure(error);
    }
  }
}

/** A body whose length is not told could be endless. */
function lengthComplaint(request: Request, most: number): Response | undefined {
  const length = Number(request.headers.get("content-length") ?? "none");
  if (!Number.isSafeInteger(length)) return failure(411, "The length must be told");
  return length > most ? failure(413, `More than ${most} bytes cannot be taken`) : undefined;
}

/** What a person cannot do is told by the chat; what is no request at all, by the parsers. */
function actionFailure(error: unknown): Response {
  if (error instanceof z.ZodError) return failure(400, z.prettifyError(error));
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return failure(400, error.message);
  }
  return failure(409, error instanceof Error ? error.message : String(error));
}

function failure(status: number, error: string): Response {
  return Response.json({ error }, { status });
}
