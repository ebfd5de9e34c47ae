/** What the files and folders of a session are called. */
import { UserFacingError } from "../../core/errors.ts";
import { sessionId, type SessionKey } from "../../core/session.ts";

/** Telegram's ids: nothing in them can lead out of a folder. */
const CHAT_ID = /^-?\d{1,20}$/;
const PLAIN_ID = /^\d{1,20}$/;

/**
 * `{chatId}-{userId}`, and `-{topicId}` behind it in a topic.
 * @throws {UserFacingError} when these are no ids
 */
export function sessionName(key: SessionKey): string {
  const { chatId, userId, topicId } = key;
  const ids = topicId === undefined ? [userId] : [userId, topicId];
  if (!CHAT_ID.test(chatId) || !ids.every((id) => PLAIN_ID.test(id))) {
    throw new UserFacingError(`Cannot open session ${sessionId(key)}: these are no Telegram ids`);
  }
  return [chatId, ...ids].join("-");
}
