/**
 * Keeps sessions as files: one for each person in each chat, `{chatId}-{userId}.json`, or in each
 * topic, `{chatId}-{userId}-{topicId}.json`.
 */
import type { Trouble } from "../../core/codex/trouble.ts";
import { basename, join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { FileError } from "../../core/errors.ts";
import { KeyedMutex } from "../../core/keyed_queue.ts";
import type { Log } from "../../core/log.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import {
  isTerminalSession,
  newSession,
  type Session,
  sessionId,
  type SessionKey,
  type SessionRead,
  type SessionStore,
} from "../../core/session/session.ts";
import {
  ensurePrivateFolder,
  fileFailure,
  removeRemains,
  writeFileAtomically,
} from "./durable_files.ts";
import { formatSession, parseSession } from "./session_format.ts";

interface SessionFilesOptions {
  /** Absolute path; made when the first session is written. */
  readonly folder: string;
  /** The profile that a new session gets. */
  readonly defaultProfile: string;
  /** Masks the secrets in each text that is written. */
  readonly redact: Redact;
  readonly clock: Clock;
  readonly log: Log;
}

export class SessionFiles implements SessionStore {
  readonly #options: SessionFilesOptions;
  readonly #lock = new KeyedMutex<string>();
  /** Names of damaged files that were set aside during a change, until a reader is told. */
  readonly #unreported = new Map<string, string>();
  readonly #known = new KnownSessions();
  /** Paths of known sessions whose files are gone, until a reader is told. */
  readonly #gone = new Set<string>();

  constructor(options: SessionFilesOptions) {
    this.#options = options;
  }

  /**
   * Reads the stored session, or makes a new one.
   * @throws {FileError} when the file cannot be read, is no plain file, or is too new
   */
  async read(key: SessionKey): Promise<SessionRead> {
    const path = this.#pathOf(key);
    return await this.#lock.hold(path, async () => {
      const { session } = await this.#load(key, path);
      const setAside = this.#unreported.get(path);
      this.#unreported.delete(path);
      return setAside === undefined ? { session } : { session, setAside };
    });
  }

  /** @throws {FileError} as {@link read} does */
  async peek(key: SessionKey): Promise<Session> {
    const path = this.#pathOf(key);
    return await this.#lock.hold(path, async () => (await this.#load(key, path)).session);
  }

  takeGone(key: SessionKey): boolean {
    return this.#gone.delete(this.#pathOf(key));
  }

  async change(key: SessionKey, edit: (session: Session) => Session): Promise<Session> {
    const path = this.#pathOf(key);
    return await this.#lock.hold(path, async () => {
      const { session: known, text } = await this.#load(key, path);
      const edited = { ...withTexts(edit(known), this.#options.redact), key };
      // A turn keeps the thread that the session has, more often than not.
      if (formatSession({ ...edited, updatedAt: known.updatedAt }) === text) return known;
      const session = { ...edited, updatedAt: this.#options.clock.now().toISOString() };
      await this.#save(path, session);
      return session;
    });
  }

  /** Removes the temporary files that crashes have left. Never rejects. */
  async removeRemains(): Promise<void> {
    await removeRemains(this.#options.folder, this.#options);
  }

  #pathOf(key: SessionKey): string {
    return join(this.#options.folder, `${sessionName(key)}.json`);
  }

  /** @returns also what the file holds, where that is the session */
  async #load(
    key: SessionKey,
    path: string,
  ): Promise<{ readonly session: Session; readonly text?: string }> {
    const { defaultProfile, clock } = this.#options;
    const stamp = stampOf(path);
    if (stamp === undefined) {
      if (this.#known.drop(path)) this.#gone.add(path);
      return { session: newSession(key, defaultProfile, clock.now()) };
    }
    const known = this.#known.get(path, stamp);
    if (known !== undefined) return known;
    const text = await readText(path);
    const parsed = this.#parse(text, key);
    switch (parsed.type) {
      case "session":
        this.#known.set(path, { stamp, text, session: parsed.session });
        return { session: parsed.session, text };
      case "newer":
        throw new FileError(
          `Cannot read ${path}: a newer version of this program has written it`,
          {
            remedy: "Start that version again, or move the file away",
            trouble: { kind: "storage", why: "newer", path },
          },
        );
      case "damaged":
        await this.#setAside(path, parsed.reason);
        return { session: newSession(key, defaultProfile, clock.now()) };
    }
  }

  async #setAside(path: string, reason: string): Promise<void> {
    const { clock, log } = this.#options;
    const stamp = clock.now().toISOString().replaceAll(":", "-");
    const target = await freePath(`${path}.damaged-${stamp}`);
    try {
      await Deno.rename(path, target);
    } catch (error) {
      throw fileFailure("set aside the damaged file", path, error);
    }
    this.#unreported.set(path, basename(target));
    log.warn("session.set-aside", { file: target, reason });
  }

  async #save(path: string, session: Session): Promise<void> {
    await ensurePrivateFolder(this.#options.folder);
    const text = formatSession(session);
    let stamp: string;
    try {
      stamp = stampIn(await writeFileAtomically(path, text));
    } catch (error) {
      throw fileFailure("write the session file", path, error);
    }
    const parsed = this.#parse(text, session.key);
    if (parsed.type === "session") {
      this.#known.set(path, { stamp, text, session: parsed.session });
    }
  }

  #parse(text: string, key: SessionKey): ReturnType<typeof parseSession> {
    const { defaultProfile: profile, clock } = this.#options;
    return parseSession(text, key, { profile, now: clock.now() });
  }
}

/** A session as it was read. */
interface KnownSession {
  /** Of the file that it was read from. */
  readonly stamp: string;
  readonly text: string;
  readonly session: Session;
}

/** UTF-16 units of the texts that are kept in memory. */
const MOST_KNOWN = 4_000_000;

/** Keeps what was read, for as long as the files are the same: a request asks three times for it. */
class KnownSessions {
  /** By path, the one used last at the end. */
  readonly #sessions = new Map<string, KnownSession>();
  #units = 0;

  /** @returns undefined where the file is another one by now */
  get(path: string, stamp: string): KnownSession | undefined {
    const known = this.#sessions.get(path);
    if (known === undefined) return undefined;
    this.drop(path);
    if (known.stamp !== stamp) return undefined;
    this.set(path, known);
    return known;
  }

  set(path: string, session: KnownSession): void {
    this.drop(path);
    this.#sessions.set(path, session);
    this.#units += session.text.length;
    for (const oldest of this.#sessions.keys()) {
      if (this.#units <= MOST_KNOWN) return;
      this.drop(oldest);
    }
  }

  /** @returns whether it was known */
  drop(path: string): boolean {
    this.#units -= this.#sessions.get(path)?.text.length ?? 0;
    return this.#sessions.delete(path);
  }
}

/** Changes each text in the session that a person or Codex wrote. */
function withTexts(session: Session, change: (text: string) => string): Session {
  const { history, lastRun } = session;
  return {
    ...session,
    history: history.map((entry) => ({ ...entry, content: change(entry.content) })),
    ...(lastRun?.error === undefined ? {} : {
      lastRun: {
        ...lastRun,
        error: change(lastRun.error),
        ...(lastRun.trouble === undefined ? {} : { trouble: changed(lastRun.trouble, change) }),
      },
    }),
  };
}

function changed(trouble: Trouble, change: (text: string) => string): Trouble {
  if ("said" in trouble) return { ...trouble, said: change(trouble.said) };
  return "about" in trouble ? { ...trouble, about: change(trouble.about) } : trouble;
}

/**
 * Tells one state of the file from another, as each is written anew. Looks at once: a thread that looks
 * takes longer to wake up. Refuses a link, which could lead to any file of this computer.
 * @returns undefined when there is no file
 */
function stampOf(path: string): string | undefined {
  const info = infoOf(path);
  if (info === undefined) return undefined;
  if (!info.isFile) {
    throw new FileError(`Cannot read ${path}: it is a link or a folder, not a plain file`, {
      trouble: { kind: "storage", why: "not-a-file", path },
    });
  }
  return stampIn(info);
}

/** Without the time of the last change of its name, by which it got its place. */
function stampIn({ ino, size, mtime }: Deno.FileInfo): string {
  return [ino, size, mtime?.getTime()].join(" ");
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileFailure("read the session file", path, error);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return textOf(await Deno.readFile(path));
  } catch (error) {
    throw fileFailure("read the session file", path, error);
  }
}

/** Makes a file that is no UTF-8 count as damaged; a lenient reader would lose the wrong bytes. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // An empty text is no session.
    return "";
  }
}

/** Returns the path, or the first one with a number after it that is not taken. */
async function freePath(path: string): Promise<string> {
  for (let number = 0;; number++) {
    const candidate = number === 0 ? path : `${path}-${number}`;
    try {
      await Deno.lstat(candidate);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) {
        return candidate;
      }
      throw fileFailure("look at", candidate, error);
    }
  }
}

/** Telegram's ids. Nothing in them can lead out of a folder. */
const CHAT_ID = /^-?\d{1,20}$/;
const PLAIN_ID = /^\d{1,20}$/;
/** Begins with no dot: it is neither a hidden file nor a way up. */
const CONVERSATION = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/;

/**
 * Names the files and folders of a session: `terminal-{name}` at the terminal, else
 * `{chatId}-{userId}`, with `-{topicId}` after it in a topic.
 * @throws {TypeError} when these are no ids
 */
export function sessionName(key: SessionKey): string {
  const { chatId, userId, topicId } = key;
  if (isTerminalSession(key) && CONVERSATION.test(userId)) return `${chatId}-${userId}`;
  const ids = topicId === undefined ? [userId] : [userId, topicId];
  if (!CHAT_ID.test(chatId) || !ids.every((id) => PLAIN_ID.test(id))) {
    throw new TypeError(`Cannot open session ${sessionId(key)}: these are no Telegram ids`);
  }
  return [chatId, ...ids].join("-");
}
