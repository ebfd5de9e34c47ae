/** What Codex sent to the model, as far as a script decides by it. */
import { z } from "zod";

export interface ReceivedRequest {
  readonly model: string;
  /** Text of the newest user message that is not Codex's own context. */
  readonly lastUserText: string;
  /** Everything said to the model as developer, joined. */
  readonly developerText: string;
  /** Name of nothing, content of everything: all user texts, oldest first. */
  readonly userTexts: readonly string[];
  /** Outputs of tool calls since the newest user message. */
  readonly toolOutputs: readonly string[];
  /** Present when the answer has to follow a schema. */
  readonly schema: unknown;
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
  text: z.looseObject({ format: z.looseObject({ schema: z.unknown().optional() }).optional() })
    .nullish(),
});

const TEXT_PARTS = z.array(z.looseObject({ text: z.string().optional() }));

export function readRequest(raw: unknown): ReceivedRequest {
  const body = BODY.parse(raw);
  const userIndexes = body.input.flatMap((item, index) =>
    item.role === "user" && !isContext(textOf(item.content)) ? [index] : []
  );
  const newest = userIndexes.at(-1) ?? -1;
  return {
    model: body.model,
    lastUserText: textOf(body.input[newest]?.content),
    userTexts: userIndexes.map((index) => textOf(body.input[index]?.content)),
    developerText: body.input.filter(({ role }) => role === "developer")
      .map(({ content }) => textOf(content)).join("\n"),
    toolOutputs: body.input.slice(newest + 1)
      .filter(({ type }) => type?.endsWith("_output"))
      .map(({ output }) => typeof output === "string" ? output : JSON.stringify(output)),
    schema: body.text?.format?.schema,
  };
}

/** Codex puts its own context (environment, AGENTS.md) into user messages with a tag around it. */
function isContext(text: string): boolean {
  return /^\s*<[a-z_]+(?: [^>]*)?>/i.test(text) || text.startsWith("# AGENTS.md");
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = TEXT_PARTS.safeParse(content);
  return parts.success ? parts.data.map(({ text }) => text ?? "").join("") : "";
}
