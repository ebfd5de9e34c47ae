/** Streams the chat as server-sent events: first all of it, then the changes. */
import type { Clock } from "../../core/clock.ts";
import type { ChatView, PageChat, PageMessage, PageSetting } from "./page_chat.ts";

/** Joins changes that come within this time. */
const TOGETHER_MS = 20;
/** How soon a page reconnects. */
const RETRY_MS = 1_000;

interface StreamParts {
  readonly chat: PageChat;
  readonly setting: PageSetting;
  readonly clock: Clock;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

export function streamResponse(parts: StreamParts): Response {
  const over = new AbortController();
  const signal = AbortSignal.any([parts.signal, over.signal]);
  const events = eventsOf({ ...parts, signal });
  const body = new ReadableStream<Uint8Array>({
    async pull(controller): Promise<void> {
      const { done, value } = await events.next();
      if (done) return controller.close();
      controller.enqueue(new TextEncoder().encode(value));
    },
    cancel: () => over.abort(),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

async function* eventsOf(
  { chat, setting, clock, signal }: StreamParts,
): AsyncGenerator<string, undefined> {
  using changed = new ChangeSignal(chat, signal);
  let shown = chat.view();
  yield `retry: ${RETRY_MS}\n${eventText("snapshot", { ...setting, ...shown })}`;
  while (await changed.next()) {
    await clock.sleep(TOGETHER_MS, signal).catch(() => undefined);
    const now = chat.view();
    const changes = changesBetween(shown, now);
    shown = now;
    if (Object.keys(changes).length > 0) yield eventText("changes", changes);
  }
  return undefined;
}

/** Waits for changes of the chat since the last wait. */
class ChangeSignal implements Disposable {
  readonly #unwatch: () => void;
  readonly #signal: AbortSignal;
  #fresh = false;
  #wake: () => void = () => {};

  constructor({ world }: PageChat, signal: AbortSignal) {
    this.#signal = signal;
    this.#unwatch = world.watch(() => {
      this.#fresh = true;
      this.#wake();
    });
    signal.addEventListener("abort", () => this.#wake(), { once: true });
  }

  /** @returns false when the stream is over */
  async next(): Promise<boolean> {
    if (!this.#fresh && !this.#signal.aborted) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    this.#fresh = false;
    return !this.#signal.aborted;
  }

  [Symbol.dispose](): void {
    this.#unwatch();
  }
}

type Changes = Partial<Omit<ChatView, "messages">> & {
  readonly changed?: readonly PageMessage[];
  readonly removed?: readonly number[];
};

/** What changed from `before` to `now`; empty when both look the same. */
function changesBetween(before: ChatView, now: ChatView): Changes {
  const known = new Map(before.messages.map((message) => [message.id, JSON.stringify(message)]));
  const changed = now.messages.filter((message) =>
    known.get(message.id) !== JSON.stringify(message)
  );
  const present = new Set(now.messages.map(({ id }) => id));
  const removed = [...known.keys()].filter((id) => !present.has(id));
  return {
    ...(changed.length === 0 ? {} : { changed }),
    ...(removed.length === 0 ? {} : { removed }),
    ...(same(before.commands, now.commands) ? {} : { commands: now.commands }),
    ...(same(before.description, now.description) ? {} : { description: now.description }),
    ...(same(before.action, now.action) ? {} : { action: now.action }),
  };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
