/** Defines the report of a run: one page that tells all of it. */
import type { SessionKey } from "../session/session.ts";

/** In the state folder; a terminal's reports are there. */
export const REPORTS_FOLDER = "reports";

export interface RunReport {
  readonly runId: string;
  readonly fileName: string;
  /** HTML that runs nothing and fetches nothing. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface RunReports {
  /**
   * Makes the report of a run of this session.
   * @param runId absent = the session's last run
   * @returns undefined where its trace is not kept (any more)
   * @throws {UserFacingError} when the traces cannot be read
   */
  make(
    session: SessionKey,
    options: { readonly runId?: string; readonly language: "en" | "ko" },
  ): Promise<RunReport | undefined>;
  /**
   * Writes the report beside the program's other files, for a person without a chat.
   * @returns its absolute path
   */
  save(report: RunReport): Promise<string>;
}
