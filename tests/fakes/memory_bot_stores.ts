/** Stores in memory what the front-end keeps across restarts. */
import type { EditOffer, EditOffers } from "../../src/bot/intake/edits.ts";
import type { PreferenceStore } from "../../src/bot/preferences.ts";
import type { ApprovalStore, StoredApproval } from "../../src/bot/presenter/person_request.ts";
import type { StatusMessages } from "../../src/bot/presenter/status_message.ts";
import type { ProgramMessages } from "../../src/bot/replies.ts";

export class MemoryStatusMessages implements StatusMessages {
  readonly messages = new Map<string, number>();

  find(runId: string): number | undefined {
    return this.messages.get(runId);
  }

  /** One chat only. */
  runOf(_chatId: number, messageId: number): string | undefined {
    return [...this.messages].find(([, id]) => id === messageId)?.[0];
  }

  remember(runId: string, messageId: number): void {
    this.messages.set(runId, messageId);
  }
}

export class MemoryPreferences implements PreferenceStore {
  readonly kept = new Map<string, string>();

  get(owner: string, name: string): string | undefined {
    return this.kept.get(`${owner} ${name}`);
  }

  set(owner: string, name: string, value: string): void {
    this.kept.set(`${owner} ${name}`, value);
  }
}

export class MemoryApprovals implements ApprovalStore {
  readonly kept = new Map<string, StoredApproval>();

  keep(question: StoredApproval): void {
    this.kept.set(question.nonce, question);
  }

  sent(nonce: string, messageId: number): void {
    const question = this.kept.get(nonce);
    if (question !== undefined) this.kept.set(nonce, { ...question, messageId });
  }

  close(nonce: string): void {
    this.kept.delete(nonce);
  }

  open(): StoredApproval[] {
    return [...this.kept.values()];
  }
}

export class MemoryEditOffers implements EditOffers {
  readonly kept = new Map<string, EditOffer>();

  keep(chatId: number, messageId: number, offer: EditOffer): void {
    this.kept.set(`${chatId}:${messageId}`, offer);
  }

  find(chatId: number, messageId: number): EditOffer | undefined {
    return this.kept.get(`${chatId}:${messageId}`);
  }

  forget(chatId: number, messageId: number): void {
    this.kept.delete(`${chatId}:${messageId}`);
  }
}

export class MemoryProgramMessages implements ProgramMessages {
  readonly kept = new Set<string>();

  remember(chatId: number, messageId: number): void {
    this.kept.add(`${chatId}:${messageId}`);
  }

  has(chatId: number, messageId: number): boolean {
    return this.kept.has(`${chatId}:${messageId}`);
  }
}
