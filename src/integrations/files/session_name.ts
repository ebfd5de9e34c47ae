/** What the files and folders of a session are called. */
import { UserFacingError } from "../../core/errors.ts";
import { isTerminalSession, sessionId, type SessionKey } from "../../core/session/session.ts";

/** Telegram's ids: nothing in them can lead out of a folder. */
const CHAT_ID = /^-?\d{1,20}$/;
const PLAIN_ID = /^\d{1,20}$/;
/** No dot in front: neither a hidden file nor a way up. */
const CONVERSATION = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/;

/**
 * `terminal-{name}` at the terminal, else `{chatId}-{userId}`, and `-{topicId}` behind it in a topic.
 * @throws {UserFacingError} when these are no ids
 */
export function sessionName(key: SessionKey): string {
  const { chatId, userId, topicId } = key;
  if (isTerminalSession(key) && CONVERSATION.test(userId)) return `${chatId}-${userId}`;
  const ids = topicId === undefined ? [userId] : [userId, topicId];
  if (!CHAT_ID.test(chatId) || !ids.every((id) => PLAIN_ID.test(id))) {
    throw new UserFacingError(`Cannot open session ${sessionId(key)}: these are no Telegram ids`);
  }
  return [chatId, ...ids].join("-");
}
