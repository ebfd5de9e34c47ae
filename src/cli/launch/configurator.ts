/**
 * Reads configurations where it is called, with the libraries that this takes. What the usual start
 * of the bot does not need is loaded where it is used.
 */
import { ConfigError } from "../../config/errors.ts";
import type { ConfigFiles, TextFile } from "../../config/file_access.ts";
import { parseConfig } from "../../config/load.ts";
import type {
  ConfigurationAnswer,
  ConfigurationOrder,
  Configurator,
  KnownFiles,
  ReadingOrder,
  ReadingReport,
} from "./configuring.ts";

export const CONFIGURATOR: Configurator = {
  template: async () => (await import("../../config/example.ts")).TEMPLATE,
  read: async (order) => {
    try {
      return await read(order);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { type: "refused", problems: error.problems, notes: error.notes };
    }
  },
};

/** Does what the launcher orders. */
export async function obeyReading(order: ReadingOrder): Promise<ReadingReport> {
  switch (order.type) {
    case "template":
      return { type: "template", text: await CONFIGURATOR.template() };
    case "read":
      return { type: "read", answer: await CONFIGURATOR.read(order.order) };
  }
}

async function read({ text, chat, ...order }: ConfigurationOrder): Promise<ConfigurationAnswer> {
  const source = { ...order, files: filesOf(order.files) };
  if (chat === undefined) return { type: "read", config: await parseConfig(text, source) };
  const { parseChatConfig } = await import("../../config/chat_config.ts");
  return { type: "read", ...await parseChatConfig(text, { ...source, ...chat }) };
}

function filesOf({ texts, folders }: KnownFiles): ConfigFiles {
  const unknown = (path: string): TextFile => {
    const isFolder = folders.has(path);
    const reason = isFolder ? "it is a folder" : "it does not exist";
    return { ok: false, missing: !isFolder, reason };
  };
  return {
    readText: (path) => Promise.resolve(texts.get(path) ?? unknown(path)),
    isFolder: (path) => Promise.resolve(folders.has(path)),
  };
}
