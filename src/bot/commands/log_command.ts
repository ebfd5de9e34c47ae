/** /log: the last steps of the running request, else of the last one; /log all as a file. */
import { logReply } from "../presenter/log_text.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Command } from "./command.ts";

export const log: Command = ({ records, session, args, texts }) => {
  const whole = args.toLowerCase() === "all";
  if (args !== "" && !whole) return Promise.resolve(plainText(texts.records.logUsage));
  const run = records.runLog(session);
  return Promise.resolve(
    run === undefined ? plainText(texts.records.noLog) : logReply(run, texts, { whole }),
  );
};
