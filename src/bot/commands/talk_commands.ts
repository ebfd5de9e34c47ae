/** /steer adds to what runs; /retry asks for the last request again. */
import { plainText } from "../render/formatted_text.ts";
import type { Command } from "./command.ts";

export const steer: Command = ({ args, requests, sender, texts }) => {
  if (args === "") return Promise.resolve(plainText(texts.talk.steer.usage));
  requests.steer(sender, args);
  return Promise.resolve(undefined);
};

export const retry: Command = ({ engine, session, requests, sender, args, texts }) => {
  if (args !== "") return Promise.resolve(plainText(texts.commands.takesNoWords("/retry")));
  const last = engine.lastRequest(session);
  if (last === undefined) return Promise.resolve(plainText(texts.talk.nothingToRetry));
  requests.submit(sender, last.prompt, last.attachments);
  return Promise.resolve(undefined);
};

/** What they ask for waits for the disk as every request does, where the disk does not take it. */
export const REQUESTING: ReadonlySet<Command> = new Set([steer, retry]);
