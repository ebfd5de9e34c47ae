/** /file PATH: a file of the working directory, sent to the chat. */
import type { Redact } from "../../core/redaction/redact.ts";
import { fileDiffs } from "../../core/workspace/unified_diff.ts";
import { plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Reply } from "../replies.ts";
import type { Command, CommandContext } from "./command.ts";

/** What Codex hands out at once; Telegram takes more. */
const MOST_BYTES = 12 * 1024 * 1024;
const MOST_SUGGESTED = 10;

export const file: Command = async (context) => {
  const { sessionService, session, args, redact, texts: { files } } = context;
  if (args === "") return usage(context);
  const { name, bytes } = await sessionService.readFile(session, args, MOST_BYTES);
  if (bytes.length === 0) return plainText(files.emptyFile(name));
  const shown = redacted(bytes, redact);
  const caption = shown === bytes ? `📄 ${name}` : `📄 ${name}\n⚠️ ${files.secretsMasked}`;
  return { ...plainText(caption), document: { fileName: name, bytes: shown } };
};

/** What Codex changed is what people most likely want to see. */
function usage({ records, session, texts: { files } }: CommandContext): Reply {
  const lines = new TextBuilder().line(files.usage);
  const paths = records.changes(session).changes.toReversed()
    .flatMap(({ diff }) => fileDiffs(diff))
    .filter(({ kind }) => kind !== "delete")
    .map(({ path }) => path);
  const suggested = [...new Set(paths)].slice(0, MOST_SUGGESTED);
  if (suggested.length > 0) lines.line().line(files.changedLast);
  for (const path of suggested) lines.code(`/file ${path}`).line();
  return lines.build();
}

/** Texts are masked as everything is that the bot says; what is no text is sent as it is. */
function redacted(bytes: Uint8Array, redact: Redact): Uint8Array {
  const text = textOf(bytes);
  if (text === undefined) return bytes;
  const masked = redact(text);
  return masked === text ? bytes : new TextEncoder().encode(masked);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not a text.
    return undefined;
  }
}
