/** Opens the database of everything that must survive a crash: `state.db` in the state folder. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import {
  type Contents,
  contentsOf,
  fileIdentity,
  isDamage,
  logOf,
  makeFolderOf,
  openDatabaseFile,
  putInto,
  setAside,
  storageFailure,
  syncLog,
} from "./database_file.ts";
import { MOST_UNSYNCED } from "./write_ahead_log.ts";

export type Row = Readonly<Record<string, SQLOutputValue>>;

export interface DatabaseOptions {
  /** Absolute path; its folder must exist. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What nobody waits for is on disk after so long, in milliseconds. */
const SYNC_AFTER_MS = 200;

/**
 * Commits in two ways. `run()` and `transaction()` survive the end of the process however it ends, and
 * a power cut a moment later; within `durably()` they, and all that was committed before, survive a
 * power cut at once. A power cut never takes a commit and leaves a later one.
 *
 * Opens the file when it is first used, and again after a failure, so that a disk that was full or
 * missing is used as soon as it is back. A damaged file is set aside and a new one begun.
 *
 * Every method throws a {@link StorageError} when the database cannot be used now.
 */
export class StateDatabase implements Disposable {
  readonly #options: DatabaseOptions;
  #open: DatabaseSync | undefined;
  /** What a file held that is gone, until it is in a new one. */
  #rescued: Contents | undefined;
  /** Which file is open, and with which log. */
  #identity: string | undefined;
  #logIdentity: string | undefined;
  readonly #setAside: string[] = [];
  /** Prepared once each, for the file that is open. */
  readonly #statements = new Map<string, StatementSync>();
  #unsynced = 0;
  #isDurable = false;
  #syncing: AbortController | undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** @returns how many rows were changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    const write = (database: DatabaseSync): number =>
      Number(this.#prepared(database, sql).run(...values).changes);
    return this.#committing(() => this.#use(write));
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#use((database) => this.#prepared(database, sql).get(...values));
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#use((database) => this.#prepared(database, sql).all(...values));
  }

  /** Does all of the work or nothing of it. */
  transaction<Result>(work: () => Result): Result {
    return this.#committing(() => this.#transaction(work));
  }

  #transaction<Result>(work: () => Result): Result {
    this.#use((database) => database.exec("BEGIN IMMEDIATE"));
    try {
      const result = work();
      this.#use((database) => database.exec("COMMIT"));
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** What this commits is on disk when it returns, and all that was committed before. */
  durably<Result>(work: () => Result): Result {
    this.#isDurable = true;
    try {
      return work();
    } finally {
      this.#isDurable = false;
    }
  }

  /**
   * Looks whether the file in use is still the one at its path: somebody may have deleted the folder
   * or put another file there, and what is written then survives no restart. Writes everything to a
   * new file at the path, and uses that.
   * @returns undefined when all is well, or the log alone was gone, which costs nothing; the name of the
   * other file where one was set aside
   * @throws {StorageError} when the new file cannot be written; call it again
   */
  rescue(): { readonly replacedBy?: string } | undefined {
    const { path, clock, log } = this.#options;
    const found = fileIdentity(path);
    const isGone = this.#open !== undefined && found !== this.#identity;
    if (!isGone && this.#rescued === undefined) return this.#rescueLog();
    try {
      // Also the log of a file that is gone, which would be taken for that of the new one.
      const other = isGone ? setAside(path, undefined, clock.now(), "replaced") : undefined;
      if (isGone) this.#takeContents();
      makeFolderOf(path);
      putInto(this.#connection(), this.#rescued ?? new Map());
      this.#rescued = undefined;
      const replacedBy = found === undefined ? undefined : other;
      log.error("storage.rescued", { path, replaced_by: replacedBy });
      return replacedBy === undefined ? {} : { replacedBy };
    } catch (error) {
      throw storageFailure(path, error);
    }
  }

  /**
   * Begins another write-ahead log where the one in use is not at its path any more: what is in it
   * would survive no kill. All of it has to be in the database before that is closed.
   */
  #rescueLog(): undefined {
    const { path, log } = this.#options;
    if (this.#open === undefined || fileIdentity(logOf(path)) === this.#logIdentity) return;
    if (Number(this.get("PRAGMA wal_checkpoint(TRUNCATE)")?.busy) !== 0) return;
    this[Symbol.dispose]();
    this.#use(() => log.error("storage.log-rescued", { path }));
  }

  /** Closes the file that is gone before another is made: SQLite removes the journal at its path. */
  #takeContents(): void {
    if (this.#open === undefined) return;
    this.#rescued ??= contentsOf(this.#open);
    this[Symbol.dispose]();
  }

  /** Returns the name of a damaged file that was set aside, once; the oldest of several. */
  takeSetAside(): string | undefined {
    return this.#setAside.shift();
  }

  [Symbol.dispose](): void {
    const open = this.#open;
    this.#open = undefined;
    this.#forgetOpen();
    open?.close();
  }

  /** Waits for the disk where that is asked for, or has been put off often enough. */
  #committing<Result>(commit: () => Result): Result {
    // The transaction around it says how it is committed.
    if (this.#open?.isTransaction === true) return commit();
    if (!this.#isDurable && this.#unsynced + 1 < MOST_UNSYNCED) {
      const result = commit();
      this.#unsynced++;
      this.#syncSoon();
      return result;
    }
    this.#use((database) => database.exec("PRAGMA synchronous = FULL"));
    try {
      const result = commit();
      this.#unsynced = 0;
      return result;
    } finally {
      this.#use((database) => database.exec("PRAGMA synchronous = NORMAL"));
    }
  }

  /** Syncs what nobody waits for, beside the work. */
  #syncSoon(): void {
    if (this.#syncing !== undefined) return;
    const { path, clock, log } = this.#options;
    const stop = this.#syncing = new AbortController();
    void pause(clock, SYNC_AFTER_MS, stop.signal).then(async (due) => {
      if (!due) return;
      this.#syncing = undefined;
      if (this.#unsynced === 0) return;
      this.#unsynced = 0;
      await syncLog(path);
    }).catch((error) => log.error("storage.not-synced", { error: describeError(error) }));
  }

  #prepared(database: DatabaseSync, sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #forgetOpen(): void {
    this.#statements.clear();
    this.#syncing?.abort();
    this.#syncing = undefined;
    this.#unsynced = 0;
  }

  #rollBack(): void {
    try {
      if (this.#open?.isTransaction === true) this.#open.exec("ROLLBACK");
    } catch (error) {
      this.#options.log.warn("storage.rollback.failed", { error: describeError(error) });
      // A connection that is still inside a transaction would refuse every later one.
      this[Symbol.dispose]();
    }
  }

  #use<Result>(work: (database: DatabaseSync) => Result): Result {
    try {
      return work(this.#connection());
    } catch (error) {
      if (isDamage(error)) this.#moveAside(error);
      throw storageFailure(this.#options.path, error);
    }
  }

  #connection(): DatabaseSync {
    try {
      return this.#open ??= this.#openFile();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#moveAside(error);
      return this.#open = this.#openFile();
    }
  }

  #openFile(): DatabaseSync {
    const { path } = this.#options;
    const database = openDatabaseFile(path);
    this.#identity = fileIdentity(path);
    this.#logIdentity = fileIdentity(logOf(path));
    return database;
  }

  /** Keeps the damaged file for a person to look at, under another name. */
  #moveAside(cause: unknown): void {
    const { path, clock, log } = this.#options;
    const open = this.#open;
    this.#open = undefined;
    this.#forgetOpen();
    try {
      const name = setAside(path, open, clock.now());
      this.#setAside.push(name);
      log.error("storage.set-aside", { file: name, reason: describeError(cause) });
    } catch (error) {
      throw storageFailure(path, error);
    }
  }
}
