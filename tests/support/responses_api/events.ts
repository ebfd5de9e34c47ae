/** The stream of a response, event by event, as the Responses API sends it. */

export type Output =
  | { readonly message: string; readonly phase?: "commentary" | "final_answer" }
  /**
   * A shell command; `escalated` makes Codex ask for an approval under `on-request`, and after
   * `yieldMs` it is left running.
   */
  | { readonly command: string; readonly escalated?: string; readonly yieldMs?: number }
  | { readonly patch: string }
  /** Any other tool, e.g. `spawn_agent` of the namespace `collaboration`. */
  | {
    readonly tool: string;
    readonly namespace?: string;
    readonly arguments: Readonly<Record<string, unknown>>;
  }
  | { readonly plan: readonly { readonly step: string; readonly status: string }[] };

export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly [field: string]: unknown;
}

interface Item {
  readonly id: string;
  readonly [field: string]: unknown;
}

interface Draft {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** @param pieces how many deltas a message comes in */
export function responseEvents(outputs: readonly Output[], pieces: number): ResponseEvent[] {
  const items = outputs.map((output) => ({ output, item: outputItem(output) }));
  const response = newResponse();
  return numbered([
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    ...items.flatMap(({ output, item }, index) => itemEvents(output, item, { index, pieces })),
    {
      type: "response.completed",
      response: {
        ...response,
        status: "completed",
        output: items.map(({ item }) => item),
        usage: USAGE,
      },
    },
  ]);
}

export function failedEvents(code: string, message: string): ResponseEvent[] {
  const response = newResponse();
  return numbered([
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    {
      type: "response.failed",
      response: { ...response, status: "failed", output: [], error: { code, message } },
    },
  ]);
}

const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 120,
};

function numbered(events: readonly Draft[]): ResponseEvent[] {
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

function newResponse(): Item {
  return { id: `resp_${crypto.randomUUID()}`, object: "response", model: "scripted" };
}

function itemEvents(
  output: Output,
  item: Item,
  { index, pieces }: { readonly index: number; readonly pieces: number },
): Draft[] {
  return [
    {
      type: "response.output_item.added",
      output_index: index,
      item: "message" in output
        ? { ...item, status: "in_progress", content: [] }
        : { ...item, status: "in_progress" },
    },
    ...("message" in output ? textEvents(item.id, index, inPieces(output.message, pieces)) : []),
    { type: "response.output_item.done", output_index: index, item },
  ];
}

function textEvents(itemId: string, index: number, deltas: readonly string[]): Draft[] {
  const place = { item_id: itemId, output_index: index, content_index: 0 };
  return [
    {
      type: "response.content_part.added",
      ...place,
      part: { type: "output_text", text: "", annotations: [] },
    },
    ...deltas.map((delta) => ({ type: "response.output_text.delta", ...place, delta })),
    { type: "response.output_text.done", ...place, text: deltas.join("") },
  ];
}

function inPieces(text: string, pieces: number): string[] {
  const length = Math.max(1, Math.ceil(text.length / pieces));
  return Array.from(
    { length: Math.ceil(text.length / length) },
    (_, index) => text.slice(index * length, (index + 1) * length),
  );
}

function outputItem(output: Output): Item {
  const id = `item_${crypto.randomUUID()}`;
  const call = { id, call_id: `call_${crypto.randomUUID()}`, status: "completed" };
  if ("message" in output) {
    return {
      id,
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: output.message, annotations: [] }],
      ...(output.phase === undefined ? {} : { phase: output.phase }),
    };
  }
  if ("patch" in output) {
    return { ...call, type: "custom_tool_call", name: "apply_patch", input: output.patch };
  }
  if ("tool" in output) {
    const { tool: name, namespace } = output;
    const named = namespace === undefined ? { name } : { name, namespace };
    const parameters = JSON.stringify(output.arguments);
    return { ...call, ...named, type: "function_call", arguments: parameters };
  }
  const [name, parameters] = "plan" in output
    ? ["update_plan", { plan: output.plan }]
    : ["exec_command", commandArguments(output)];
  return { ...call, type: "function_call", name, arguments: JSON.stringify(parameters) };
}

/** The longest that Codex waits: a busy machine takes seconds to begin a command. */
const PATIENT_MS = 30_000;

function commandArguments(
  { command, escalated, yieldMs = PATIENT_MS }: Extract<Output, { readonly command: string }>,
): Readonly<Record<string, string | number>> {
  return {
    cmd: command,
    yield_time_ms: yieldMs,
    ...(escalated === undefined
      ? {}
      : { sandbox_permissions: "require_escalated", justification: escalated }),
  };
}
