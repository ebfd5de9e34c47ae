/**
 * Tells a person what of their conversation Codex could not take, keep or decide: what lasts, once in a
 * conversation.
 */
import type { ChatPort } from "../chat/chat.ts";
import type { Machines } from "../codex/codex.ts";
import { sessionId } from "../session/session.ts";
import type { RunEvent } from "./events.ts";
import type { Run } from "./run.ts";
import type { RunRequest } from "./workflow.ts";

interface ConversationLimitsDependencies {
  readonly machines: Machines;
  readonly chat: Pick<ChatPort, "notify">;
}

export class ConversationLimits {
  readonly #deps: ConversationLimitsDependencies;
  /** Sessions whose present conversation was told that pictures are not seen. */
  readonly #toldOfPictures = new Set<string>();
  /** The same, of an approval policy that is not known there. */
  readonly #toldOfPolicy = new Set<string>();
  /** The same, of checks that were not run. */
  readonly #toldOfChecks = new Set<string>();
  /** The same, of another backend on which a conversation moves less often. */
  readonly #toldOfElsewhere = new Set<string>();

  constructor(deps: ConversationLimitsDependencies) {
    this.#deps = deps;
  }

  /**
   * Before a request begins: a backend without pictures gets their paths only, and one that does not
   * know the profile's approval policy asks less.
   */
  begun(run: Run, { images, profile, developerThreadId }: RunRequest): void {
    const session = sessionId(run.session);
    if (developerThreadId === undefined) {
      this.#toldOfPictures.delete(session);
      this.#toldOfChecks.delete(session);
      this.#toldOfPolicy.delete(session);
      this.#toldOfElsewhere.delete(session);
    }
    const { capabilities, kind } = this.#deps.machines.codexOn(profile.machine);
    if (kind === "mcp" && profile.approvalPolicy === "untrusted") this.#policyWeaker(run);
    if (images.length === 0 || capabilities.images || kind !== "mcp") return;
    if (this.#toldOfPictures.has(session)) return;
    this.#toldOfPictures.add(session);
    this.#deps.chat.notify(run, { type: "pictures.unseen" });
  }

  #policyWeaker(run: Run): void {
    const session = sessionId(run.session);
    if (this.#toldOfPolicy.has(session)) return;
    this.#toldOfPolicy.add(session);
    this.#deps.chat.notify(run, { type: "policy.weaker" });
  }

  /**
   * Tells once in a conversation that its checks are not run, as the answer says it each time; and each
   * time that a request of plan mode gets neither plan nor review because nobody could choose.
   */
  happened(run: Run, { profile }: RunRequest, event: RunEvent): void {
    if (event.type === "mode.selected" && event.undecided !== undefined) {
      const isEcho = this.#deps.machines.codexOn(profile.machine).kind === "echo";
      if (!isEcho) this.#deps.chat.notify(run, { type: "selector.undecided", ...event.undecided });
    }
    if (event.type !== "check.finished" || event.result.status !== "not-run") return;
    const session = sessionId(run.session);
    if (this.#toldOfChecks.has(session)) return;
    this.#toldOfChecks.add(session);
    const elsewhere = this.#deps.machines.codexOn(profile.machine).checks === undefined;
    const { tail: reason, trouble } = event.result;
    const why = trouble === undefined ? { reason } : { reason, trouble };
    this.#deps.chat.notify(run, { type: "checks.not-run", ...why, elsewhere });
  }

  /**
   * The developer works in this thread: another one than before has the conversation in words only.
   * That is told each time, and once where it would be kept.
   */
  threadBegun(run: Run, request: RunRequest, threadId: string): void {
    const { developerThreadId: former, history, profile } = request;
    if (former === undefined || former === threadId) return;
    const session = sessionId(run.session);
    const elsewhere = this.#deps.machines.codexOn(profile.machine).kind === "mcp" &&
      !this.#toldOfElsewhere.has(session);
    if (elsewhere) this.#toldOfElsewhere.add(session);
    const messages = history.length;
    this.#deps.chat.notify(run, { type: "conversation.moved", messages, elsewhere });
  }
}
