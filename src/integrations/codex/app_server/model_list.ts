/** The models that Codex offers. */
import { z } from "zod";
import type { ModelInfo } from "../../../core/codex/codex_queries.ts";
import { RpcError } from "./peer.ts";
import type { Ask } from "./ask.ts";
import { maybe } from "./wire.ts";

const MOST_PAGES = 10;

const MODEL = z.object({
  model: z.string().min(1),
  displayName: maybe(z.string()),
  description: maybe(z.string()),
  hidden: z.boolean().default(false),
  isDefault: z.boolean().default(false),
  defaultReasoningEffort: maybe(z.string()),
  supportedReasoningEfforts: z.array(
    z.object({ reasoningEffort: z.string().min(1), description: z.string().default("") }),
  ).default([]),
});
const PAGE = z.object({ data: z.array(MODEL), nextCursor: maybe(z.string()) });

/** What the person's own config.toml settles before Codex's catalogue does. */
const CONFIG = z.object({
  config: z.object({ model: maybe(z.string()), model_reasoning_effort: maybe(z.string()) }),
});

/** `model/list` to its last page, with the default that `config/read` tells. */
export async function listModels(
  ask: Ask,
  workingDirectory: string,
): Promise<readonly ModelInfo[]> {
  const offered: z.infer<typeof MODEL>[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = { includeHidden: false, ...(cursor === undefined ? {} : { cursor }) };
    const { data, nextCursor } = await ask("model/list", params, PAGE);
    offered.push(...data.filter(({ hidden }) => !hidden));
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  const { model, model_reasoning_effort: effort } = await configured(ask, workingDirectory);
  const models = offered.map((each) => modelInfo(each, model, effort));
  if (model === undefined || models.some(({ slug }) => slug === model)) return models;
  // A model of another provider, as people with one have it in their config.toml.
  const own: ModelInfo = {
    slug: model,
    name: model,
    description: "",
    efforts: [],
    isDefault: true,
    ...(effort === undefined ? {} : { defaultEffort: effort }),
  };
  return [own, ...models];
}

async function configured(
  ask: Ask,
  workingDirectory: string,
): Promise<z.infer<typeof CONFIG>["config"]> {
  try {
    // A project may have a config.toml of its own.
    const params = { includeLayers: false, cwd: workingDirectory };
    return (await ask("config/read", params, CONFIG)).config;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    // The catalogue has a default of its own.
    return { model: undefined, model_reasoning_effort: undefined };
  }
}

function modelInfo(
  model: z.infer<typeof MODEL>,
  configuredModel: string | undefined,
  configuredEffort: string | undefined,
): ModelInfo {
  const { model: slug, displayName, description = "", isDefault } = model;
  const defaultEffort = configuredEffort ?? model.defaultReasoningEffort;
  return {
    slug,
    name: displayName ?? slug,
    description,
    efforts: model.supportedReasoningEfforts.map(({ reasoningEffort, description }) => ({
      name: reasoningEffort,
      description,
    })),
    isDefault: configuredModel === undefined ? isDefault : configuredModel === slug,
    ...(defaultEffort === undefined ? {} : { defaultEffort }),
  };
}
