/** Everything that is kept in `state.db`, opened at the start of the program. */
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { ensurePrivateFolder } from "../files/durable_files.ts";
import { ChangeTable } from "./change_table.ts";
import { StateDatabase } from "./database.ts";
import { FactsTable, PreferenceTable } from "./preference_table.ts";
import { EndedReviewTable } from "./ended_review_table.ts";
import { HoldTable } from "./hold_table.ts";
import { InboxTable } from "./inbox_table.ts";
import { PlanMessageTable, PlanTable } from "./plan_table.ts";
import { OutboxTable } from "./outbox_table.ts";
import { EditOfferTable, ProgramMessageTable } from "./chat_message_tables.ts";
import { ApprovalTable, StatusMessageTable } from "./message_tables.ts";
import { RunLogTable } from "./run_log_table.ts";
import { RunTable } from "./run_table.ts";
import { STATE_FILE } from "./state_files.ts";
import { SnapshotTable } from "./snapshot_table.ts";
import { WaitingAttachmentTable } from "./waiting_attachment_table.ts";

export interface State extends Disposable {
  readonly inbox: InboxTable;
  readonly outbox: OutboxTable;
  readonly runs: RunTable;
  readonly statusMessages: StatusMessageTable;
  readonly approvals: ApprovalTable;
  readonly editOffers: EditOfferTable;
  readonly programMessages: ProgramMessageTable;
  readonly preferences: PreferenceTable;
  readonly planMessages: PlanMessageTable;
  readonly plans: PlanTable;
  readonly runLogs: RunLogTable;
  readonly changes: ChangeTable;
  readonly snapshots: SnapshotTable;
  readonly waitingAttachments: WaitingAttachmentTable;
  readonly endedReviews: EndedReviewTable;
  readonly holds: HoldTable;
  readonly facts: FactsTable;
  /** How long no process ran before this one, in milliseconds; 0 at the first start. */
  readonly downtimeMs: number;
  /** Returns the name of a damaged database that was set aside, once. */
  takeDamage(): string | undefined;
  /** See {@link StateDatabase.rescue}. */
  rescue(): ReturnType<StateDatabase["rescue"]>;
  /** Deletes what nobody needs any more. */
  prune(): void;
}

/**
 * Opens the tables. Never rejects: with a disk that cannot be used, the program still talks to people
 * and says what is wrong.
 */
export async function openState(
  { folder, clock, log }: { readonly folder: string; readonly clock: Clock; readonly log: Log },
): Promise<State> {
  const database = new StateDatabase({ path: join(folder, STATE_FILE), clock, log });
  const facts = new FactsTable(database);
  const downtimeMs = await firstUse(folder, facts, clock, log);
  const tables = {
    inbox: new InboxTable(database, clock),
    outbox: new OutboxTable(database, clock),
    runs: new RunTable(database, log),
    statusMessages: new StatusMessageTable(database, log),
    approvals: new ApprovalTable(database, log),
    planMessages: new PlanMessageTable(database, log),
    plans: new PlanTable(database, clock),
    editOffers: new EditOfferTable(database, clock, log),
    programMessages: new ProgramMessageTable(database, log),
    preferences: new PreferenceTable(database, log),
    runLogs: new RunLogTable(database, clock, log),
    changes: new ChangeTable(database, clock),
    snapshots: new SnapshotTable(database, clock),
    waitingAttachments: new WaitingAttachmentTable(database, clock, log),
    endedReviews: new EndedReviewTable(database),
    holds: new HoldTable(database),
  };
  return {
    ...tables,
    facts,
    downtimeMs,
    takeDamage: () => database.takeSetAside(),
    rescue: () => database.rescue(),
    prune: () => {
      tables.inbox.prune();
      tables.outbox.prune();
      tables.runs.prune();
      tables.statusMessages.prune();
      tables.planMessages.prune();
      tables.editOffers.prune();
      tables.programMessages.prune();
      tables.runLogs.prune();
      tables.waitingAttachments.prune();
      tables.snapshots.prune();
    },
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}

/** The program that may write its own files alone finds the folder there: the launcher has made it. */
async function ensureFolder(folder: string): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "write", path: folder });
  if (state === "granted") await ensurePrivateFolder(folder);
}

/** Opens the database and reads when it was last in use, before anybody writes to it. */
async function firstUse(
  folder: string,
  facts: FactsTable,
  clock: Clock,
  log: Log,
): Promise<number> {
  try {
    await ensureFolder(folder);
    const aliveAt = facts.aliveAt();
    return aliveAt === undefined ? 0 : Math.max(0, clock.now().getTime() - aliveAt.getTime());
  } catch (error) {
    log.error("storage.failed", { error: describeError(error) });
    return 0;
  }
}
