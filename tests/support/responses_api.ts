/**
 * A scripted model: a Responses API on loopback that real Codex accepts. Rules decide by what Codex
 * sent; a rule's steps are played one per request of the same turn (a tool call makes Codex ask
 * again with its output).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { readRequest, type ReceivedRequest } from "./responses_api/request.ts";
import { callsOf, playStep, type Step } from "./responses_api/steps.ts";

export { CUT_MESSAGE } from "./responses_api/steps.ts";
export type { ReceivedRequest, Step };

interface Rule {
  readonly when: (request: ReceivedRequest) => boolean;
  /** Each step answers one request of the turn: the next one when its tool calls are done. */
  readonly steps: readonly Step[] | ((request: ReceivedRequest) => readonly Step[]);
  /** HTTP headers of each answer, such as those that tell the rate limits. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Most requests that it answers; afterwards it does not fit any more. Default: any number. */
  readonly times?: number;
}

export interface ResponsesApi extends AsyncDisposable {
  /** Ends in `/v1`: the `base_url` of a model provider. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** How many requests are being answered: streams that the client has not left. */
  readonly open: number;
  /** Newer rules are asked first; without a fitting one the answer is `ok: <last user text>`. */
  script(rule: Rule): void;
  /** Resolves with the first request that fits, now or later: the turn is at the model then. */
  received(fits: (request: ReceivedRequest) => boolean): Promise<ReceivedRequest>;
  /** Breaks off what is still open. Safe to call twice. */
  close(): Promise<void>;
}

/** Answers the requests that fit with one step each, in this order, whatever was called before. */
export function scriptInOrder(
  api: Pick<ResponsesApi, "script">,
  when: (request: ReceivedRequest) => boolean,
  steps: readonly Step[],
): void {
  for (const step of steps.toReversed()) api.script({ when, steps: [step], times: 1 });
}

/** Far longer than any request takes on a busy machine. */
const RECEIVED_WITHIN_MS = 120_000;

/** Listens on any free port of the loopback. */
export async function startResponsesApi(): Promise<ResponsesApi> {
  const model = new ScriptedModel();
  const server = createServer((http, response) => {
    // Cannot reject: what goes wrong is answered.
    void answer(model, http, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    model.stopWatching();
    return closed ??= closeServer(server);
  };
  return {
    url: `http://127.0.0.1:${portOf(server)}/v1`,
    requests: model.requests,
    get open() {
      return model.open;
    },
    script: (rule) => model.script(rule),
    received: (fits) => model.received(fits),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Watcher {
  readonly fits: (request: ReceivedRequest) => boolean;
  readonly resolve: (request: ReceivedRequest) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

class ScriptedModel {
  open = 0;
  readonly requests: ReceivedRequest[] = [];
  readonly #rules: { readonly rule: Rule; left: number }[] = [];
  readonly #watchers = new Set<Watcher>();

  script(rule: Rule): void {
    this.#rules.unshift({ rule, left: rule.times ?? Infinity });
  }

  take(request: ReceivedRequest): Pick<Rule, "headers"> & { readonly step: Step } {
    this.requests.push(request);
    for (const watcher of this.#watchers) {
      if (!watcher.fits(request)) continue;
      this.#forget(watcher);
      watcher.resolve(request);
    }
    const found = this.#rules.find(({ rule, left }) => left > 0 && rule.when(request));
    if (found === undefined) return { step: { message: `ok: ${request.lastUserText}` } };
    found.left--;
    const { steps, headers = {} } = found.rule;
    const step = stepAfter(typeof steps === "function" ? steps(request) : steps, request);
    return { step, headers };
  }

  received(fits: (request: ReceivedRequest) => boolean): Promise<ReceivedRequest> {
    const known = this.requests.find(fits);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#forget(watcher);
        const seen = this.requests.map(({ lastUserText }) => lastUserText);
        reject(new Error(`No request within ${RECEIVED_WITHIN_MS} ms: ${fits}\nSeen: ${seen}`));
      }, RECEIVED_WITHIN_MS);
      const watcher = { fits, resolve, timer };
      this.#watchers.add(watcher);
    });
  }

  /** What is still awaited then never comes. */
  stopWatching(): void {
    for (const watcher of this.#watchers) this.#forget(watcher);
  }

  #forget(watcher: Watcher): void {
    clearTimeout(watcher.timer);
    this.#watchers.delete(watcher);
  }
}

/** The first step whose tool calls are not all done; the last one when there is none. */
function stepAfter(steps: readonly Step[], { toolOutputs }: ReceivedRequest): Step {
  let done = toolOutputs.length;
  for (const step of steps) {
    const calls = callsOf(step);
    if (calls === 0 || calls > done) return step;
    done -= calls;
  }
  return steps.at(-1) ?? { message: "" };
}

async function answer(
  model: ScriptedModel,
  http: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  model.open++;
  response.on("close", () => {
    model.open--;
    gone.abort();
  });
  // The server ends connections that are idle for some seconds: a request that Codex sends over one in
  // that moment would fail.
  response.setHeader("connection", "close");
  try {
    if (http.method !== "POST" || !http.url?.endsWith("/responses")) throw new Error("not here");
    const request = readRequest(await json(http), http.headers.authorization);
    const { step, headers = {} } = model.take(request);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    await playStep(step, response, gone.signal);
  } catch (error) {
    if (!response.headersSent) response.writeHead(404, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: String(error) } }));
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return address.port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
