/** A way over loopback that can be cut, as a network is. */

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
    const lossy = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
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
    // Either end may go first, or both by a cut.
    await from.readable.pipeThrough(lossy).pipeTo(to.writable).catch(() => undefined);
    for (const connection of [from, to]) {
      this.#connections.delete(connection);
      close(connection);
    }
  }
}

/** Reads the text of the first frame of a WebSocket that a client has sent. */
function unmasked(bytes: Uint8Array): string {
  const short = (bytes[1] ?? 0) & 0x7f;
  const begin = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  const mask = bytes.subarray(begin, begin + 4);
  const text = bytes.subarray(begin + 4).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return new TextDecoder().decode(text);
}

/** Streams that have ended close it by themselves. */
function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
