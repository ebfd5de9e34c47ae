/**
 * Knows the commands of Codex's own terminal that this program has not: to a model they would be
 * mere words, which it takes for a request.
 */
import type { CodexTexts } from "../texts/codex_texts.ts";
import type { Texts } from "../texts/texts.ts";
import type { Action } from "./command.ts";
import { type Reply, ReplyBuilder } from "./reply.ts";

type Instead = keyof CodexTexts["codexCommands"]["instead"];

/** Of the newest release, and of older ones that people remember; by what leads on from each. */
const COMMANDS: readonly (readonly [Instead, readonly string[]])[] = [
  ["permissions", ["permissions", "approvals", "setup-default-sandbox", "sandbox-add-read-dir"]],
  ["undo", ["rewind"]],
  ["words", ["init", "mention"]],
  ["agents", ["agent", "agents", "subagents", "collab"]],
  ["anew", ["clear"]],
  ["name", ["rename"]],
  ["conversations", ["archive", "delete", "side", "btw", "rollout"]],
  ["last", ["copy", "raw"]],
  ["speed", ["fast"]],
  ["settings", [
    ...["mcp", "skills", "apps", "plugins", "hooks", "memories", "experimental", "import"],
    ...["personality", "output-style", "theme", "title", "statusline", "keymap", "vim", "ide"],
    ...["pet", "pets", "debug-config", "settings", "realtime", "app"],
  ]],
  ["login", ["login", "logout", "feedback"]],
  ["leave", ["quit", "exit"]],
];

const BY_NAME: ReadonlyMap<string, Instead> = new Map(
  COMMANDS.flatMap(([instead, names]) => names.map((name) => [name, instead] as const)),
);

/** The name as Codex would read it: `/etc/hosts` is a path, and no command. */
const NAME = /^\/([a-z-]+)(?:@\w+)?(?=\s|$)/i;

/**
 * Says that it is a command of Codex's terminal, and what to use instead.
 * @param message in which nobody here knows a command
 * @returns undefined where Codex has no such command either
 */
export function codexCommandReply(message: string, texts: Texts): Reply | undefined {
  const name = NAME.exec(message.trim())?.[1]?.toLowerCase() ?? "";
  const instead = BY_NAME.get(name);
  if (instead === undefined) return undefined;
  const { notHere, instead: ways, asText } = texts.codexCommands;
  return new ReplyBuilder().sentence(`${notHere(`/${name}`)} ${ways[instead]}`).with({
    choices: [[{ label: asText, action: "asis:", typed: `/${message.trim()}` }]],
    refused: true,
  }).build();
}

/** Takes the message that was refused as a request after all. */
export const sendAsText: Action = ({ repliedTo, submitOnce, texts }) => {
  if (repliedTo === undefined || !submitOnce(repliedTo)) return "stale";
  return { toast: texts.codexCommands.sent, withoutChoices: ["asis"] };
};
