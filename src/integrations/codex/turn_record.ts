/** What a turn has come to so far, gathered from its events. */
import type { FileChange, TokenUsage, TurnEvent, TurnItem } from "../../core/codex/codex.ts";

export class TurnRecord {
  threadId: string | undefined;
  #answer: string | undefined;
  #commentary = "";
  #diff = "";
  #usage: TokenUsage | undefined;
  readonly #changes = new Map<string, FileChange["kind"]>();

  /** @param threadId where it is known before the turn has started */
  constructor(threadId: string | undefined) {
    this.threadId = threadId;
  }

  add(event: TurnEvent): void {
    switch (event.type) {
      case "started":
        this.threadId = event.threadId;
        break;
      case "item.completed":
        this.#addItem(event.item);
        break;
      case "diff":
        this.#diff = event.unifiedDiff;
        break;
      case "usage":
        this.#usage = event.usage;
    }
  }

  /** The last message that is no commentary; where there is none, the last message. */
  get answer(): string {
    return this.#answer ?? this.#commentary;
  }

  get diff(): string {
    return this.#diff;
  }

  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  /** Each file once, with what the turn as a whole did to it. */
  get changedFiles(): readonly FileChange[] {
    return [...this.#changes].map(([path, kind]) => ({ path, kind }));
  }

  #addItem(item: TurnItem): void {
    if (item.type === "message") {
      if (item.commentary === true) this.#commentary = item.text;
      else this.#answer = item.text;
    } else if (item.type === "files" && item.status === "completed") {
      for (const change of item.changes) this.#addChange(change);
    }
  }

  #addChange({ path, kind }: FileChange): void {
    const before = this.#changes.get(path);
    if (before === "add" && kind === "delete") this.#changes.delete(path);
    else if (before === "add") this.#changes.set(path, "add");
    else if (before === "delete" && kind === "add") this.#changes.set(path, "update");
    else this.#changes.set(path, kind);
  }
}
