/** A WebSocket as a pair of streams of lines: one message is one line. */

const encoder = new TextEncoder();

export interface SocketLines {
  readonly input: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly output: ReadableStream<Uint8Array>;
  /** The socket is gone: nothing more comes. Safe to call twice. */
  end(): void;
}

/** To be called before the first message can arrive. */
export function socketLines(socket: WebSocket): SocketLines {
  const messages = new ReadableStreamSource();
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    // JSON has line breaks between its parts only; the app-server sends no other kind of message.
    if (typeof data === "string") messages.add(`${data.replaceAll(/[\r\n]/g, " ")}\n`);
  });
  return {
    input: new WritableStream({
      write(line): void {
        if (socket.readyState !== WebSocket.OPEN) throw new Error("The connection is closed");
        socket.send(new TextDecoder().decode(line).trimEnd());
      },
    }),
    output: messages.stream,
    end: () => messages.end(),
  };
}

class ReadableStreamSource {
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor() {
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      // Whoever read it has gone.
      cancel: () => {
        this.#controller = undefined;
      },
    });
  }

  add(line: string): void {
    this.#controller?.enqueue(encoder.encode(line));
  }

  end(): void {
    this.#controller?.close();
    this.#controller = undefined;
  }
}
