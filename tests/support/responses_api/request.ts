/** What Codex sent to the model, as far as a script decides by it. */
import { z } from "zod";

export interface ReceivedRequest {
  readonly model: string;
  /** Reasoning effort; absent when Codex left it to the model. */
  readonly effort: string | undefined;
  /** Text of the newest user message that is not Codex's own context. */
  readonly lastUserText: string;
  /** Everything said to the model as developer, joined. */
  readonly developerText: string;
  /** The conversation as the model sees it: all user texts, oldest first. */
  readonly userTexts: readonly string[];
  /** What other agents said to this one, oldest first: a sub-agent's task is its first. */
  readonly agentTexts: readonly string[];
  /** Addresses of the images in the newest user message; the bytes themselves, as a rule. */
  readonly images: readonly string[];
  /** Outputs of tool calls since the newest user message. */
  readonly toolOutputs: readonly string[];
  /** What Codex says for a round of a goal, where the request is one. */
  readonly goalRound: string | undefined;
  /** Names of the tools that the model is offered. */
  readonly tools: readonly string[];
  /** Present when the answer has to follow a schema. */
  readonly schema: unknown;
  /** The Authorization header. */
  readonly authorization: string | undefined;
}

const ITEM = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: z.unknown().optional(),
  output: z.unknown().optional(),
});

const BODY = z.looseObject({
  model: z.string(),
  input: z.array(ITEM),
  tools: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })).default([]),
  reasoning: z.looseObject({ effort: z.string().nullish() }).nullish(),
  text: z.looseObject({ format: z.looseObject({ schema: z.unknown().optional() }).optional() })
    .nullish(),
});

const IMAGE_PARTS = z.array(z.looseObject({ image_url: z.string().optional() }));
const TEXT_PARTS = z.array(
  z.looseObject({ text: z.string().optional(), encrypted_content: z.string().optional() }),
);

const GOAL_CONTEXT = '<codex_internal_context source="goal"';

/** @throws {z.ZodError} when it is not what Codex sends */
export function readRequest(raw: unknown, authorization: string | undefined): ReceivedRequest {
  const body = BODY.parse(raw);
  const userIndexes = body.input.flatMap((item, index) =>
    item.role === "user" && !isContext(textOf(item.content)) ? [index] : []
  );
  const newest = userIndexes.at(-1) ?? -1;
  const round = body.input.findLastIndex(({ role, content }) =>
    role === "user" && textOf(content).startsWith(GOAL_CONTEXT)
  );
  return {
    model: body.model,
    effort: body.reasoning?.effort ?? undefined,
    lastUserText: textOf(body.input[newest]?.content),
    userTexts: userIndexes.map((index) => textOf(body.input[index]?.content)),
    agentTexts: body.input.filter(({ type }) => type === "agent_message")
      .map(({ content }) => textOf(content)),
    images: imagesOf(body.input[newest]?.content),
    developerText: body.input.filter(({ role }) => role === "developer")
      .map(({ content }) => textOf(content)).join("\n"),
    toolOutputs: body.input.slice(Math.max(newest, round) + 1)
      .filter(({ type }) => type?.endsWith("_output"))
      .map(({ output }) => typeof output === "string" ? output : JSON.stringify(output)),
    goalRound: round > newest ? textOf(body.input[round]?.content) : undefined,
    tools: body.tools.map(({ name, type }) => name ?? type),
    schema: body.text?.format?.schema,
    authorization,
  };
}

/** Codex puts its own context (environment, AGENTS.md) into user messages with a tag around it. */
function isContext(text: string): boolean {
  return /^\s*<[a-z_]+(?: [^>]*)?>/i.test(text) || text.startsWith("# AGENTS.md");
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = TEXT_PARTS.safeParse(content);
  return parts.success
    ? parts.data.map(({ text, encrypted_content = "" }) => text ?? encrypted_content).join("")
    : "";
}

function imagesOf(content: unknown): string[] {
  const parts = IMAGE_PARTS.safeParse(content);
  return parts.success ? parts.data.flatMap(({ image_url }) => image_url ?? []) : [];
}
