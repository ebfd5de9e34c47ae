/** Reads the parameters of a tool call as people read them: names and values, no JSON. Never throws. */
import type { ToolParameter } from "../../../core/codex/approval.ts";
import type { WireToolCall } from "./question_shapes.ts";

/** Values within values are named by their way, as in `card.title`, so deep. */
const DEEPEST = 6;
const MOST_PARAMETERS = 200;

/** The names that Codex shows, else those of the call itself. */
export function parametersOf(
  { tool_params_display: shown, tool_params: params }: Pick<
    WireToolCall,
    "tool_params" | "tool_params_display"
  >,
): readonly ToolParameter[] {
  const named = shown?.map(({ name, display_name, value }) =>
    [display_name ?? name, value] as const
  );
  const pairs = named !== undefined && named.length > 0 ? named : entriesOf(params);
  const all = pairs.flatMap(([name, value]) => flattened(name, value, DEEPEST));
  if (all.length <= MOST_PARAMETERS) return all;
  const rest = JSON.stringify(Object.fromEntries(pairs));
  return [...all.slice(0, MOST_PARAMETERS), { name: "…", value: rest }];
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function flattened(name: string, value: unknown, deep: number): readonly ToolParameter[] {
  if (!isObject(value)) return [{ name, value: scalarText(value) }];
  const inner = Object.entries(value);
  if (inner.length === 0) return [{ name, value: "–" }];
  if (Array.isArray(value) && !value.some(isObject)) {
    return [{ name, value: value.map(scalarText).join(", ") }];
  }
  if (deep === 0) return [{ name, value: JSON.stringify(value) }];
  return inner.flatMap(([key, each]) => {
    const way = Array.isArray(value) ? `${name}.${Number(key) + 1}` : `${name}.${key}`;
    return flattened(way, each, deep - 1);
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function scalarText(value: unknown): string {
  return value === null || value === undefined ? "–" : String(value);
}
