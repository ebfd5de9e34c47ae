/**
 * A scripted model: a Responses API on loopback that real Codex accepts. Rules decide by what Codex
 * sent; a rule's steps are played one per request of the same turn (a tool call makes Codex ask
 * again with its output).
 */
import { readRequest, type ReceivedRequest } from "./responses_api/request.ts";
import { playStep, type Step } from "./responses_api/steps.ts";

export type { ReceivedRequest, Step };

export interface Rule {
  /** The first rule that fits answers. */
  readonly when: (request: ReceivedRequest) => boolean;
  /** Step n answers the request that carries n tool outputs since the last user message. */
  readonly steps: readonly Step[] | ((request: ReceivedRequest) => readonly Step[]);
}

export interface ResponsesApi extends AsyncDisposable {
  /** Ends in `/v1`: the `base_url` of a model provider. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Newer rules are asked first; without a fitting one the answer is `ok: <last user text>`. */
  script(rule: Rule): void;
  close(): Promise<void>;
}

export function startResponsesApi(): ResponsesApi {
  const rules: Rule[] = [];
  const requests: ReceivedRequest[] = [];
  const closing = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (http) => {
      if (!new URL(http.url).pathname.endsWith("/responses")) {
        return Response.json({ error: { message: "not here" } }, { status: 404 });
      }
      const request = readRequest(await http.json());
      requests.push(request);
      return await playStep(
        stepFor(rules, request),
        closing.signal,
      );
    },
  );
  const close = async (): Promise<void> => {
    closing.abort();
    await server.shutdown();
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    requests,
    script: (rule) => void rules.unshift(rule),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function stepFor(rules: readonly Rule[], request: ReceivedRequest): Step {
  const rule = rules.find(({ when }) => when(request));
  if (rule === undefined) return { message: `ok: ${request.lastUserText}` };
  const steps = typeof rule.steps === "function" ? rule.steps(request) : rule.steps;
  return steps[Math.min(request.toolOutputs.length, steps.length - 1)] ?? { message: "" };
}
