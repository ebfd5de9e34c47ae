/** /resume: goes on with an earlier conversation of the folder. */
import type { ThreadSummary } from "../../core/codex/codex_queries.ts";
import { CodexError } from "../../core/errors.ts";
import { formatAge } from "../../core/text/duration.ts";
import { errorText } from "../../texts/trouble_texts.ts";
import type { Buttons } from "../outbox/outgoing.ts";
import { plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Reply } from "../replies.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Asking, Command } from "./command.ts";

/** What a phone shows of a button. */
const LABEL_LIMIT = 48;
const TITLE_LIMIT = 200;
/** As Codex makes them; a button with another one would not fit. */
const THREAD_ID = /^[\w-]{1,56}$/;

export const resume: Command = async (asking) => {
  const { args, status, texts: { codex } } = asking;
  const { developerThread } = (await status()).session;
  try {
    if (args !== "") return (await resumeThread(asking, args)).reply;
    const { sessionService, session, clock, texts } = asking;
    return threadList(
      await sessionService.threads(session),
      developerThread?.id,
      texts,
      clock.now(),
    );
  } catch (error) {
    // The router's own sentence would say the same with less.
    if (!(error instanceof CodexError)) throw error;
    return plainText(codex.resume.unavailable(errorText(error, asking.texts)));
  }
};

/** @returns what to say, and whether the next request goes on there */
export async function resumeThread(
  { engine, sessionService, session, texts }: Asking,
  threadId: string,
): Promise<{ readonly done: boolean; readonly reply: Reply }> {
  const { resume } = texts.codex;
  const { active, queued, awaitingConfirmation } = await engine.status(session);
  if (active !== undefined || queued > 0 || awaitingConfirmation > 0) {
    return { done: false, reply: new TextBuilder().sentence(resume.busy).build() };
  }
  const thread = await sessionService.resumeThread(session, threadId);
  if (thread === undefined) return { done: false, reply: plainText(resume.gone) };
  const title = shortened(titleOf(thread, texts), TITLE_LIMIT);
  const reply = new TextBuilder().bold(resume.picked(title)).line().text(resume.pickedMore);
  return { done: true, reply: reply.build() };
}

/** @param current id of the conversation that the session is in; absent before its first request */
export function threadList(
  threads: readonly ThreadSummary[],
  current: string | undefined,
  texts: Texts,
  now: Date,
): Reply {
  const { resume } = texts.codex;
  const offered = threads.filter(({ id }) => THREAD_ID.test(id));
  if (offered.length === 0) return plainText(resume.none);
  const buttons: Buttons = offered.map((thread) => {
    const age = formatAge(now.getTime() - Date.parse(thread.updatedAt), texts);
    const mark = thread.id === current ? "● " : "";
    const label = `${mark}${resume.ago(age)} · ${titleOf(thread, texts)}`;
    return [{ label: shortened(label, LABEL_LIMIT), data: `resume:${thread.id}` }];
  });
  return { ...plainText(resume.pick), buttons };
}

function titleOf({ title }: ThreadSummary, { codex }: Texts): string {
  return title === "" ? codex.resume.untitled : title;
}

/** By visible characters; the sessionService has masked the secrets in it. */
function shortened(text: string, most: number): string {
  const characters = [...new Intl.Segmenter().segment(text)];
  if (characters.length <= most) return text;
  return `${characters.slice(0, most - 1).map(({ segment }) => segment).join("").trimEnd()}…`;
}
