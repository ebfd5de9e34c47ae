/** A way over loopback that can be cut, as a network is. */

type Bytes = Uint8Array<ArrayBuffer>;

const HEAD_END = "\r\n\r\n";
const MASK_BYTES = 4;

export class CutWay implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #serving: Promise<void>;

  /** @param port where it leads to */
  constructor(port: number) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#serving = this.#serve(port);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Whether nobody is at its end: connections are taken, and closed at once. */
  deserted = false;

  /** What gets lost on the way; both ends take each other for connected. */
  losing: "nothing" | "answers" | "requests" = "nothing";
  #loss: { readonly method: string; readonly what: "answers" | "requests" } | undefined;
  readonly #something = Promise.withResolvers<void>();

  /** Loses something from the moment on in which this method of Codex is called. */
  loseFrom(method: string, what: "answers" | "requests"): void {
    this.#loss = { method, what };
  }

  /** Resolves when something was lost. */
  lostRequest(): Promise<void> {
    return this.#something.promise;
  }

  /** Ends what is connected; the next connection is taken as before. */
  cut(): void {
    for (const connection of this.#connections) close(connection);
    this.#connections.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#serving;
  }

  async #serve(port: number): Promise<void> {
    const piping: Promise<unknown>[] = [];
    for await (const near of this.#listener) {
      if (this.deserted) {
        near.close();
        continue;
      }
      try {
        const far = await Deno.connect({ hostname: "127.0.0.1", port });
        for (const connection of [near, far]) this.#connections.add(connection);
        piping.push(this.#pipe(near, far, "requests"), this.#pipe(far, near, "answers"));
      } catch (error) {
        // Nobody listens there now.
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
        near.close();
      }
    }
    await Promise.all(piping);
  }

  async #pipe(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    what: "answers" | "requests",
  ): Promise<void> {
    const lossy = new TransformStream<Bytes, Bytes>({
      transform: (bytes, controller): void => {
        if (what === "requests" && this.#loss !== undefined) {
          const { method, what: lost } = this.#loss;
          if (unmasked(bytes).includes(`"${method}"`)) {
            this.losing = lost;
            this.#loss = undefined;
          }
        }
        if (this.losing !== what) return controller.enqueue(bytes);
        if (what === "requests") this.#something.resolve();
      },
    });
    const sent = what === "requests" ? from.readable.pipeThrough(frames()) : from.readable;
    // Either end may go first, or both by a cut.
    await sent.pipeThrough(lossy).pipeTo(to.writable).catch(() => undefined);
    for (const connection of [from, to]) {
      this.#connections.delete(connection);
      close(connection);
    }
  }
}

/** Cuts what a client of a WebSocket sends into the head of its first request, and whole frames. */
function frames(): TransformStream<Bytes, Bytes> {
  let rest: Bytes = new Uint8Array();
  let isOpen = false;
  return new TransformStream({
    transform: (bytes, controller): void => {
      rest = joined(rest, bytes);
      for (;;) {
        const length = isOpen ? frameLength(rest) : headLength(rest);
        if (length === undefined || rest.length < length) return;
        isOpen = true;
        controller.enqueue(rest.slice(0, length));
        rest = rest.slice(length);
      }
    },
  });
}

function joined(first: Bytes, second: Bytes): Bytes {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** @returns undefined while it is not known yet */
function headLength(bytes: Bytes): number | undefined {
  const end = new TextDecoder("latin1").decode(bytes).indexOf(HEAD_END);
  return end === -1 ? undefined : end + HEAD_END.length;
}

/** As RFC 6455 has it in section 5.2. @returns undefined while it is not known yet */
function frameLength(bytes: Bytes): number | undefined {
  const short = (bytes[1] ?? 0) & 0x7f;
  const begin = maskBegin(bytes);
  if (bytes.length < begin) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const text = short < 126
    ? short
    : short === 126
    ? view.getUint16(2)
    : Number(view.getBigUint64(2));
  return begin + MASK_BYTES + text;
}

function maskBegin(bytes: Bytes): number {
  const short = (bytes[1] ?? 0) & 0x7f;
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
}

/** The text of a frame that a client has sent. */
function unmasked(frame: Bytes): string {
  const begin = maskBegin(frame);
  const mask = frame.subarray(begin, begin + MASK_BYTES);
  const text = frame.subarray(begin + MASK_BYTES);
  return new TextDecoder().decode(text.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
}

/** Streams that have ended close it by themselves. */
function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
