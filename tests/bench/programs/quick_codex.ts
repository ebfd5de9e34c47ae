/**
 * An app-server without a model, so that thousands of turns measure the program alone. It answers each
 * request with the words `done task-N.`, and one that says `stream` with twenty events a second, until
 * the turn is stopped: again and again what Codex tells while it works, a command with its
 * output, a comment in pieces, a thought and the use of tokens. One that says `hold` works and tells
 * nothing.
 */
import { TextLineStream } from "../../e2e/text_line_stream.ts";

const EVERY_MS = 50;
const encoder = new TextEncoder();
const streams = new Map<string, () => void>();
let threads = 0;
let turns = 0;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly threadId?: string;
    readonly turnId?: string;
    readonly sandbox?: string;
    readonly input?: readonly { readonly text?: string }[];
  };
}

if (Deno.args.includes("--version")) {
  send("codex-cli 0.171.0");
} else {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) take(JSON.parse(line));
  Deno.exit(0);
}

function take({ id, method, params }: Message): void {
  const threadId = params?.threadId ?? "";
  switch (method) {
    case "initialize":
      return answer(id, { userAgent: "codex_cli_rs/0.171.0" });
    case "account/read":
      return answer(id, { account: null, requiresOpenaiAuth: false });
    case "thread/start":
      return answer(id, { thread: { id: `thread-${++threads}` }, ...rights(params) });
    case "thread/resume":
      return answer(id, { thread: { id: threadId }, ...rights(params) });
    case "turn/start":
      return begin(id, threadId, params?.input?.[0]?.text ?? "");
    case "turn/interrupt":
      answer(id, {});
      return stop(threadId, params?.turnId ?? "");
    default:
      if (id !== undefined) answer(id, { data: [] });
  }
}

/** Told as Codex tells them, whose names for a sandbox differ: `workspace-write`, `workspaceWrite`. */
function rights({ sandbox = "" }: Message["params"] = {}): Record<string, unknown> {
  return { sandbox: { type: sandbox.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase()) } };
}

function begin(id: number | undefined, threadId: string, text: string): void {
  const turnId = `turn-${++turns}`;
  answer(id, { turn: { id: turnId } });
  const place = { threadId, turnId };
  tell("turn/started", { threadId, turn: { id: turnId, status: "inProgress", items: [] } });
  if (text.includes("hold")) return;
  if (text.includes("stream")) {
    const work = workIn(place);
    // Runs that began together are not at the same place.
    let at = turns % work.length;
    const timer = setInterval(() => work[at++ % work.length]?.(), EVERY_MS);
    streams.set(threadId, () => clearInterval(timer));
    return;
  }
  const said = `done ${/task-\d+/.exec(text)?.[0] ?? "it"}.`;
  tell("item/completed", { ...place, item: { type: "agentMessage", id: "message", text: said } });
  end(threadId, turnId, "completed");
}

/** A step of the work: what is told of it, one event after the other; in no whole number of seconds. */
function workIn(place: { readonly threadId: string; readonly turnId: string }): (() => void)[] {
  let pass = 0;
  const of = (item: string): string => `${item}-${pass}`;
  const item = (method: string, id: string, fields: Record<string, unknown>): void =>
    tell(method, { ...place, item: { id: of(id), ...fields } });
  const piece = (method: string, id: string, fields: Record<string, unknown>) => (): void =>
    tell(method, { ...place, itemId: of(id), ...fields });
  const command = (status: string, fields: Record<string, unknown> = {}) => ({
    type: "commandExecution",
    command: `/bin/bash -lc 'deno test tests/part_${pass}_test.ts'`,
    cwd: "/",
    status,
    commandActions: [],
    ...fields,
  });
  const output = "ok | 12 passed | 0 failed (31ms)\n";
  const printed = { aggregatedOutput: output.repeat(4), exitCode: 0, durationMs: 200 };
  const words = "I look at the next part of it ";
  const comment = (): string => `${pass}: ${words.repeat(8)}`;
  const said = { type: "agentMessage", phase: "commentary" };
  const tokens = {
    totalTokens: 1_200,
    inputTokens: 1_000,
    cachedInputTokens: 500,
    outputTokens: 200,
    reasoningOutputTokens: 100,
  };
  const thought = (...summary: string[]) => ({ type: "reasoning", summary, content: [] });
  return [
    () => item("item/started", "command", command("inProgress")),
    ...Array.from(
      { length: 7 },
      () => piece("item/commandExecution/outputDelta", "command", { delta: output }),
    ),
    () => item("item/completed", "command", command("completed", printed)),
    () => item("item/started", "message", { ...said, text: "" }),
    ...Array.from(
      { length: 8 },
      () => piece("item/agentMessage/delta", "message", { delta: words }),
    ),
    () => item("item/completed", "message", { ...said, text: comment() }),
    () => item("item/started", "thought", thought()),
    piece("item/reasoning/summaryTextDelta", "thought", { delta: words, summaryIndex: 0 }),
    () => item("item/completed", "thought", thought(`**Looking at part ${pass}**`)),
    () => {
      tell("thread/tokenUsage/updated", {
        ...place,
        tokenUsage: { total: tokens, last: tokens, modelContextWindow: 200_000 },
      });
      pass++;
    },
  ];
}

function stop(threadId: string, turnId: string): void {
  streams.get(threadId)?.();
  streams.delete(threadId);
  end(threadId, turnId, "interrupted");
}

function end(threadId: string, id: string, status: "completed" | "interrupted"): void {
  tell("turn/completed", { threadId, turn: { id, status, items: [] } });
}

function answer(id: number | undefined, result: unknown): void {
  send(JSON.stringify({ id, result }));
}

function tell(method: string, params: unknown): void {
  send(JSON.stringify({ method, params }));
}

function send(line: string): void {
  const bytes = encoder.encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
