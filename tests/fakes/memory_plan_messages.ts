/** Keeps in memory which messages show plans; those of one person. */
import type {
  OpenPlan,
  PlanMessage,
  PlanMessageStore,
} from "../../src/bot/presenter/plan_messages.ts";
import type { Answerer } from "../../src/bot/presenter/person_request.ts";

export class MemoryPlanMessages implements PlanMessageStore {
  readonly kept: (PlanMessage & { open: boolean })[] = [];
  readonly #userId: number;

  constructor(userId = 4) {
    this.#userId = userId;
  }

  remember(message: PlanMessage): void {
    this.kept.push({ ...message, open: true });
  }

  find(runId: string, revision: number): readonly PlanMessage[] {
    return this.kept.filter((each) =>
      each.runId === runId && each.revision === revision && each.kind === "plan"
    );
  }

  shownIn(chatId: number, messageId: number): OpenPlan | undefined {
    return this.#owned(({ chatId: chat, messageId: message }) =>
      chat === chatId && message === messageId
    );
  }

  wordsAsked({ chatId }: Answerer): OpenPlan | undefined {
    return this.#owned((each) => each.kind === "words" && each.chatId === chatId);
  }

  wordsTaken(runId: string): void {
    for (const each of this.kept) {
      if (each.runId === runId && each.kind === "words") each.open = false;
    }
  }

  close(runId: string, revision: number): void {
    for (const each of this.kept) {
      if (each.runId === runId && each.revision === revision) each.open = false;
    }
  }

  closeAll(runId: string): readonly PlanMessage[] {
    const open = this.kept.filter((each) => each.runId === runId && each.open);
    for (const each of open) each.open = false;
    return open;
  }

  #owned(fits: (message: PlanMessage) => boolean): OpenPlan | undefined {
    const found = this.kept.findLast((each) => each.open && fits(each));
    return found === undefined ? undefined : { ...found, userId: this.#userId };
  }
}
