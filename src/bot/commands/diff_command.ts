/** /diff: what the session changed since it began; /diff last: what its last request did. */
import type { SessionChanges } from "../../core/workspace/changes.ts";
import { changesReply, noChanges } from "../presenter/changes_text.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Command } from "./command.ts";

export const diff: Command = ({ records, session, args, texts }) => {
  const last = args.toLowerCase() === "last";
  if (args !== "" && !last) return Promise.resolve(plainText(texts.records.diffUsage));
  const all = records.changes(session);
  const shown = last ? ofLastRequest(all) : all;
  return Promise.resolve(
    shown.changes.length === 0 ? noChanges(texts) : changesReply(shown, texts),
  );
};

/** The last request that changed anything. */
function ofLastRequest({ changes }: SessionChanges): SessionChanges {
  const runId = changes.at(-1)?.runId;
  return { changes: changes.filter((change) => change.runId === runId), incomplete: false };
}
