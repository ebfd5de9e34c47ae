/** Names what the database takes in the state folder. */

export const STATE_FILE = "state.db";

/**
 * The database and the files that SQLite keeps beside it. The database is moved first: a journal that
 * a crash in between leaves without its file is noticed at the next opening.
 */
export const COMPANIONS = ["", "-wal", "-shm", "-journal"];

/** The folder for databases that were damaged or replaced, beside the one in use. */
export const ASIDE_FOLDER = "set-aside";
