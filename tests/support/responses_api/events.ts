/** The stream of a response, event by event, as the Responses API sends it. */

export type Output =
  | { readonly message: string; readonly phase?: string }
  | { readonly command: string; readonly escalated?: string }
  | { readonly patch: string }
  | { readonly plan: readonly { readonly step: string; readonly status: string }[] };

export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly [field: string]: unknown;
}

export function responseEvents(output: Output): ResponseEvent[] {
  const id = `resp_${crypto.randomUUID()}`;
  const item = outputItem(output);
  const body = { id, object: "response", model: "scripted" };
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 40 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 120,
  };
  const events = [
    { type: "response.created", response: { ...body, status: "in_progress", output: [] } },
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress" },
    },
    ...("message" in output ? textEvents(item.id, output.message) : []),
    { type: "response.output_item.done", output_index: 0, item },
    {
      type: "response.completed",
      response: { ...body, status: "completed", output: [item], usage },
    },
  ];
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

function textEvents(itemId: string, text: string): { type: string; [field: string]: unknown }[] {
  const place = { item_id: itemId, output_index: 0, content_index: 0 };
  const middle = Math.floor(text.length / 2);
  return [
    {
      type: "response.content_part.added",
      ...place,
      part: { type: "output_text", text: "", annotations: [] },
    },
    { type: "response.output_text.delta", ...place, delta: text.slice(0, middle) },
    { type: "response.output_text.delta", ...place, delta: text.slice(middle) },
    { type: "response.output_text.done", ...place, text },
  ];
}

function outputItem(output: Output): { id: string; [field: string]: unknown } {
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
  const [name, parameters] = "plan" in output
    ? ["update_plan", { plan: output.plan }]
    : ["exec_command", commandArguments(output)];
  return { ...call, type: "function_call", name, arguments: JSON.stringify(parameters) };
}

function commandArguments(
  { command, escalated }: { readonly command: string; readonly escalated?: string },
): Record<string, string> {
  return escalated === undefined
    ? { cmd: command }
    : { cmd: command, sandbox_permissions: "require_escalated", justification: escalated };
}
