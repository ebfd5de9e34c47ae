/** The questions that Codex asks in a turn, and waits for: those of the turn or of a sub-agent. */
import type { ApprovalDecision, ApprovalRequest } from "../../../core/codex/codex.ts";
import type { Log } from "../../../core/log.ts";
import { type Approval, approvalOf, type Refusal } from "./approvals.ts";
import { type RequestId, RpcError } from "./json_rpc.ts";
import type { Notification, ServerRequest } from "./protocol.ts";
import type { Item, WireFileChanges } from "./protocol_shapes.ts";

/** Who asks, and who is asked. */
export interface Asking {
  readonly threadId: string;
  readonly turnId: string;
  /** The name of the sub-agent that asks; absent = the agent of the turn itself. */
  readonly agent?: string;
  /** Never rejects. @param withdrawn aborts when Codex no longer waits for the answer */
  ask(request: ApprovalRequest, withdrawn: AbortSignal): Promise<ApprovalDecision>;
  /** Tells the person what was declined without asking. */
  warn(message: string): void;
  /** Ends the turn that asks, where a `cancel` cannot be said in the answer. Never throws. */
  interrupt(): void;
}

export class TurnQuestions {
  readonly #log: Log;
  readonly #changes = new Map<string, WireFileChanges>();
  readonly #open = new Map<RequestId, AbortController>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Notes changes of files, which a later question does not repeat, and what Codex withdraws. */
  note(notification: Notification): void {
    switch (notification.method) {
      case "item/started":
        this.#noteChanges(notification.params.item);
        break;
      case "item/fileChange/patchUpdated": {
        const { itemId, changes } = notification.params;
        this.#changes.set(itemId, changes);
        break;
      }
      case "serverRequest/resolved":
        this.#open.get(notification.params.requestId)?.abort();
    }
  }

  /** Withdraws what is asked over a connection that broke, or of an agent that has ended. */
  withdraw(): void {
    for (const withdrawn of this.#open.values()) withdrawn.abort();
    this.#open.clear();
  }

  /**
   * Asks the person, or declines what cannot be asked.
   * @returns what to answer Codex
   * @throws {RpcError} where Codex has no other way to be told no
   */
  async answer(id: RequestId, request: ServerRequest, asking: Asking): Promise<unknown> {
    if (request.method === "unreadable") {
      const { name, reason } = request;
      this.#log.warn("codex.question.unreadable", { method: name, error: reason });
    }
    const { threadId, turnId } = asking;
    const changesOf = (itemId: string): WireFileChanges | undefined => this.#changes.get(itemId);
    const approval = approvalOf(id, request, { threadId, turnId, changesOf });
    if (!("warning" in approval)) return await this.#ask(id, approval, asking);
    asking.warn(approval.warning);
    return refusalAnswer(approval);
  }

  async #ask(
    id: RequestId,
    { request, answer, interruptOnCancel }: Approval,
    asking: Asking,
  ): Promise<unknown> {
    const withdrawn = new AbortController();
    this.#open.set(id, withdrawn);
    const { agent } = asking;
    const named = agent === undefined ? request : { ...request, agent };
    const decision = await asking.ask(named, withdrawn.signal);
    this.#open.delete(id);
    if (decision === "cancel" && interruptOnCancel) asking.interrupt();
    return answer(decision);
  }

  #noteChanges(item: Item): void {
    if (item.type === "fileChange") this.#changes.set(item.id, item.changes);
  }
}

/**
 * Declines a request without asking anybody.
 * @returns what to answer Codex
 * @throws {RpcError} where Codex has no other way to be told no
 */
export function declined(id: RequestId, request: ServerRequest): unknown {
  const context = { threadId: "", turnId: "", changesOf: () => undefined };
  const approval = approvalOf(id, request, context);
  return "warning" in approval ? refusalAnswer(approval) : approval.answer("decline");
}

function refusalAnswer({ answer }: Refusal): unknown {
  if ("result" in answer) return answer.result;
  throw new RpcError(answer.code, answer.message);
}
