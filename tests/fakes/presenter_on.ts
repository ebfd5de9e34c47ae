/** Makes a presenter over an outbox, with stores in memory, for tests that look at what it sends. */
import { Presenter, type PresenterDependencies } from "../../src/bot/presenter/presenter.ts";
import { NO_LOG } from "../../src/core/log.ts";
import { MemoryApprovals, MemoryStatusMessages } from "./memory_bot_stores.ts";
import { MemoryPlanMessages } from "./memory_plan_messages.ts";
import { USUAL_PACE } from "./usual_pace.ts";

/** @param settings what differs from the usual */
export function presenterOn(
  settings: Pick<PresenterDependencies, "outbox" | "clock"> & Partial<PresenterDependencies>,
): Presenter {
  return new Presenter({
    pace: USUAL_PACE,
    statusMessages: new MemoryStatusMessages(),
    approvalStore: new MemoryApprovals(),
    planMessages: new MemoryPlanMessages(),
    redact: (text) => text,
    echo: () => false,
    log: NO_LOG,
    approvalTimeoutMs: 3_600_000,
    languageOf: ({ origin }) => origin.language,
    ...settings,
  });
}
