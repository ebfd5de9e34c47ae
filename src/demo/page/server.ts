/** Serves the chat page on loopback: its files, the chat as a stream, and what a person does. */
import { z } from "../../core/schema.ts";
import type { Clock } from "../../core/clock.ts";
import type { SeenFile } from "../bot_api/transcript.ts";
import { guarded, PageAccess, refusal } from "./access.ts";
import { ASSETS } from "./assets.ts";
import { ACTIONS, receiveUpload, UPLOAD_LIMIT } from "./actions.ts";
import type { PageChat, PageSetting } from "./page_chat.ts";
import { streamResponse } from "./stream.ts";

export interface PageServerOptions {
  readonly chat: PageChat;
  readonly setting: PageSetting;
  readonly clock: Clock;
  /** 0 = any free one. */
  readonly port: number;
}

export interface PageServer extends AsyncDisposable {
  /** The secret address of the page, with a trailing slash. Nothing else is answered. */
  readonly url: string;
  /** @returns an address that leads to the page once, within a minute: for command lines */
  oneTimeLink(): string;
  /** Ends every stream and frees the port. Safe to call twice. */
  close(): Promise<void>;
}

const HOSTNAME = "127.0.0.1";
const JSON_LIMIT = 1024 * 1024;
const LANGUAGE = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

/** @throws {Deno.errors.AddrInUse} when the port is taken */
export function servePage({ port, ...parts }: PageServerOptions): PageServer {
  const closing = new AbortController();
  const access = new PageAccess(parts.clock);
  const handler = new PageHandler({ ...parts, access, closing: closing.signal });
  const server = Deno.serve({
    port,
    hostname: HOSTNAME,
    handler: async (request) => guarded(await handler.answer(request)),
    onError: () => guarded(failure(500, "The demo failed: start it again with --verbose")),
    onListen: () => {},
  });
  const origin = `http://${HOSTNAME}:${server.addr.port}`;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => closed ??= (closing.abort(), server.shutdown());
  return {
    url: `${origin}${access.root}`,
    oneTimeLink: () => `${origin}${access.oneTimeLink()}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

class PageHandler {
  readonly #chat: PageChat;
  readonly #setting: PageSetting;
  readonly #clock: Clock;
  readonly #access: PageAccess;
  readonly #closing: AbortSignal;

  constructor({ chat, setting, clock, access, closing }: Omit<PageServerOptions, "port"> & {
    readonly access: PageAccess;
    readonly closing: AbortSignal;
  }) {
    this.#chat = chat;
    this.#setting = setting;
    this.#clock = clock;
    this.#access = access;
    this.#closing = closing;
  }

  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const path = this.#access.pathInside(pathname);
    const reason = refusal(request, path === "");
    if (reason !== undefined) return failure(403, reason);
    if (path === undefined) return this.#enter(request, pathname);
    if (request.method === "POST") return await this.#act(request, path);
    if (request.method !== "GET") return failure(405, "Use GET or POST");
    if (path === "stream") return this.#stream(request);
    const fileId = /^files\/(\d{1,9})$/.exec(path)?.[1];
    if (fileId !== undefined) return this.#file(Number(fileId));
    return assetResponse(path) ?? failure(404, "There is no such page");
  }

  /** Leads a one-time link to the page; anybody else without the token learns nothing. */
  #enter(request: Request, pathname: string): Response {
    const isLink = request.method === "GET" && this.#access.redeem(pathname);
    if (!isLink) return failure(403, "Open the address that the demo shows in the terminal");
    return new Response(null, { status: 303, headers: { location: this.#access.root } });
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
    if (file === undefined) return failure(404, "The file is gone");
    return fileResponse(file, message?.photo !== undefined);
  }

  async #act(request: Request, path: string): Promise<Response> {
    const name = /^actions\/([a-z]+)$/.exec(path)?.[1] ?? "";
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

/** Refuses a body without a length, which could be endless. */
function lengthComplaint(request: Request, most: number): Response | undefined {
  const length = Number(request.headers.get("content-length") ?? "none");
  if (!Number.isSafeInteger(length)) return failure(411, "The request needs a Content-Length");
  return length > most ? failure(413, `The limit is ${most} bytes`) : undefined;
}

/** 400 for a malformed request, 409 for what a person could not do now. */
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

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * @param path below the page's address; empty = the page itself
 * @returns undefined when the page has no such file
 */
function assetResponse(path: string): Response | undefined {
  const name = path === "" ? "index.html" : path;
  const text = ASSETS.get(name);
  if (text === undefined) return undefined;
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "";
  return new Response(text, { headers: { "content-type": type } });
}

/** Kinds of pictures that a browser shows and that can run nothing. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

/** Shows pictures and sends everything else as a download, so that no file runs as a page. */
function fileResponse(file: SeenFile, isPhoto: boolean): Response {
  const shown = isPhoto && PICTURES.test(file.mimeType);
  const name = encodeURIComponent(file.name).replaceAll(/['()*]/g, percentEncoded);
  return new Response(file.bytes.slice(), {
    headers: {
      "content-type": shown ? file.mimeType : "application/octet-stream",
      "content-disposition": `${shown ? "inline" : "attachment"}; filename*=UTF-8''${name}`,
    },
  });
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
