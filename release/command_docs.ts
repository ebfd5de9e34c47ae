/** Writes the commands into the documents that list them, from the table that dispatches them. */
import { usageOf } from "../src/commands/command.ts";
import { textOf } from "../src/commands/reply.ts";
import { CHAT_COMMANDS, helpReply } from "../src/commands/table.ts";
import { type Language, textsFor } from "../src/texts/texts.ts";

const HEADINGS = { en: ["command", "what it does"], ko: ["명령", "하는 일"] } as const;

/** What stands between the marks in each document. */
export const COMMAND_LISTS: Readonly<Record<string, string>> = {
  "README.md": tableIn("en"),
  "README.ko.md": tableIn("ko"),
  "docs/chat.md": `\`\`\`\n${textOf(helpReply("terminal", textsFor("en")))}\n\`\`\``,
};

const BETWEEN_MARKS = /(<!-- commands -->\n\n)[\s\S]*?(\n\n<!-- end of commands -->)/;

/** @throws {Error} when the document has no marks */
export function withCommands(document: string, list: string): string {
  if (!BETWEEN_MARKS.test(document)) throw new Error("The document has no marks for the commands");
  return document.replace(BETWEEN_MARKS, (_, begin, end) => begin + list + end);
}

function tableIn(language: Language): string {
  const texts = textsFor(language);
  const rows = [...CHAT_COMMANDS.values()].map((command) => [
    `\`${usageOf(command, texts).replaceAll("|", "\\|")}\``,
    texts.commands.briefs[command.name],
  ]);
  return [HEADINGS[language], ["---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

if (import.meta.main) {
  for (const [path, list] of Object.entries(COMMAND_LISTS)) {
    await Deno.writeTextFile(path, withCommands(await Deno.readTextFile(path), list));
  }
}
