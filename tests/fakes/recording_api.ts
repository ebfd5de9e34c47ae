/** Records the calls of the outbox, and fails on request. */
import { GrammyError, HttpError, type InputFile } from "grammy";
import { ForeignAnswerError } from "../../src/bot/api_answer.ts";
import type { TelegramApi } from "../../src/bot/outbox/telegram_api.ts";
import type { Clock } from "../../src/core/clock.ts";

export interface RecordedCall {
  readonly method: string;
  readonly atMs: number;
  readonly chatId: number;
  /** The text, file name or emoji that tells calls apart. */
  readonly what: string;
  readonly options: unknown;
}

export class RecordingApi implements TelegramApi {
  readonly calls: RecordedCall[] = [];
  readonly #clock: Clock;
  readonly #failures: { readonly method: string; readonly error: Error | "never-answer" }[] = [];
  #nextMessageId = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Fails the next calls of the method, one by each error. */
  failNext(method: string, ...errors: (Error | "never-answer")[]): void {
    this.#failures.push(...errors.map((error) => ({ method, error })));
  }

  /** Lists the calls as `method what`, in order. */
  summary(): string[] {
    return this.calls.map(({ method, what }) => `${method} ${what}`);
  }

  async sendMessage(
    chatId: number,
    text: string,
    options: unknown,
    signal: AbortSignal,
  ): Promise<{ message_id: number }> {
    await this.#call("sendMessage", chatId, text, options, signal);
    return { message_id: this.#nextMessageId++ };
  }

  async editMessageText(
    chatId: number,
    messageId: number,
    text: string,
    options: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#call("editMessageText", chatId, `${messageId}: ${text}`, options, signal);
  }

  async sendDocument(
    chatId: number,
    document: InputFile,
    options: unknown,
    signal: AbortSignal,
  ): Promise<{ message_id: number }> {
    await this.#call("sendDocument", chatId, document.filename ?? "", options, signal);
    return { message_id: this.#nextMessageId++ };
  }

  async sendPhoto(
    chatId: number,
    photo: InputFile,
    options: unknown,
    signal: AbortSignal,
  ): Promise<{ message_id: number }> {
    await this.#call("sendPhoto", chatId, photo.filename ?? "", options, signal);
    return { message_id: this.#nextMessageId++ };
  }

  async sendMediaGroup(
    chatId: number,
    media: Parameters<TelegramApi["sendMediaGroup"]>[1],
    options: unknown,
    signal: AbortSignal,
  ): Promise<{ message_id: number }[]> {
    const what = media.map(({ media: file }) => file.filename ?? "").join();
    await this.#call("sendMediaGroup", chatId, what, options, signal);
    return media.map(() => ({ message_id: this.#nextMessageId++ }));
  }

  async sendRichMessage(
    chatId: number,
    message: Parameters<TelegramApi["sendRichMessage"]>[1],
    options: unknown,
    signal: AbortSignal,
  ): Promise<{ message_id: number }> {
    const what = JSON.stringify(message.blocks);
    await this.#call("sendRichMessage", chatId, what, options, signal);
    return { message_id: this.#nextMessageId++ };
  }

  async deleteMessage(chatId: number, messageId: number, signal: AbortSignal): Promise<void> {
    await this.#call("deleteMessage", chatId, String(messageId), undefined, signal);
  }

  async setMessageReaction(
    chatId: number,
    messageId: number,
    reaction: readonly { readonly emoji: string }[],
    options: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const what = `${messageId}: ${reaction.map(({ emoji }) => emoji).join("")}`;
    await this.#call("setMessageReaction", chatId, what, options, signal);
  }

  async editMessageReplyMarkup(
    chatId: number,
    messageId: number,
    options: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#call("editMessageReplyMarkup", chatId, `${messageId}`, options, signal);
  }

  async sendChatAction(
    chatId: number,
    action: string,
    options: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#call("sendChatAction", chatId, action, options, signal);
  }

  async answerCallbackQuery(queryId: string, options: unknown, signal: AbortSignal): Promise<void> {
    await this.#call("answerCallbackQuery", 0, queryId, options, signal);
  }

  async #call(
    method: string,
    chatId: number,
    what: string,
    options: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    this.calls.push({ method, atMs: this.#clock.monotonic(), chatId, what, options });
    const index = this.#failures.findIndex((failure) => failure.method === method);
    if (index === -1) return;
    const [failure] = this.#failures.splice(index, 1);
    if (failure?.error === "never-answer") await untilAborted(method, signal);
    else if (failure !== undefined) throw failure.error;
  }
}

/** Makes an answer by which Telegram refuses a call. */
export function refusal(
  code: number,
  description: string,
  parameters: { retry_after?: number; migrate_to_chat_id?: number } = {},
): GrammyError {
  const answer = { ok: false as const, error_code: code, description, parameters };
  return new GrammyError("Call failed", answer, "method", {});
}

/** Makes an error of grammY for a call without an answer; like the real one, it holds the address. */
export function networkError(
  kind: "no-connection" | "lost" | "error-page" | "forbidden-page",
): HttpError {
  const url = "http://127.0.0.1:8081/bot7000000001:secret/sendMessage";
  if (kind === "error-page" || kind === "forbidden-page") {
    const page = new ForeignAnswerError("a page in place of an answer", {
      status: kind === "error-page" ? 502 : 403,
      uncertain: false,
    });
    return new HttpError("failed", page);
  }
  const stage = kind === "no-connection" ? "client error (Connect)" : "client error (SendRequest)";
  const cause = new Error(`error sending request for url (${url}): ${stage}`);
  return new HttpError(
    `Network request for ${url} failed`,
    new TypeError("fetch failed", { cause }),
  );
}

function untilAborted(method: string, signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(new HttpError(`${method} failed`, new DOMException("Aborted", "AbortError")));
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}
