/** The questions that Codex asks in a turn, and waits for: those of the turn or of a sub-agent. */
import type { ApprovalDecision, ApprovalRequest } from "../../../core/codex/approval.ts";
import type {
  DeclineReason,
  QuestionAnswer,
  QuestionRequest,
} from "../../../core/codex/question.ts";
import { unreachable } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import { type Approval, approvalOf, type Question, type Refusal } from "./approvals.ts";
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
  /** The same for a question. */
  askQuestion(request: QuestionRequest, withdrawn: AbortSignal): Promise<QuestionAnswer>;
  /** Tells the person what was declined without asking. */
  declined(reason: DeclineReason): void;
  /** Ends the turn that asks, where a `cancel` cannot be said in the answer. Never throws. */
  interrupt(): void;
}

export class TurnQuestions {
  readonly #log: Log;
  readonly #changes = new Map<string, WireFileChanges>();
  readonly #open = new Map<RequestId, AbortController>();
  /** Resolved while nothing of that id was open: a question may be overtaken on its way here. */
  readonly #resolved = new Set<RequestId>();

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
        this.#resolve(notification.params.requestId);
    }
  }

  #resolve(id: RequestId): void {
    const open = this.#open.get(id);
    if (open === undefined) this.#resolved.add(id);
    else open.abort();
  }

  /** Withdraws what is asked over a connection that broke, or of an agent that has ended. */
  withdraw(): void {
    for (const withdrawn of this.#open.values()) withdrawn.abort();
    this.#open.clear();
    // The next connection counts its questions anew.
    this.#resolved.clear();
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
    const asked = approvalOf(id, request, { threadId, turnId, changesOf });
    switch (asked.type) {
      case "approval":
        return await this.#ask(id, asked, asking);
      case "question":
        return await this.#askQuestion(id, asked, asking);
      case "refusal":
        asking.declined(asked.reason);
        return refusalAnswer(asked);
      default:
        return unreachable(asked);
    }
  }

  async #ask(
    id: RequestId,
    { request, answer, interruptOnCancel }: Approval,
    asking: Asking,
  ): Promise<unknown> {
    const { agent } = asking;
    const named = agent === undefined ? request : { ...request, agent };
    const decision = await this.#whileOpen(id, (withdrawn) => asking.ask(named, withdrawn));
    if (decision === "cancel" && interruptOnCancel) asking.interrupt();
    return answer(decision);
  }

  async #askQuestion(
    id: RequestId,
    { request, answer, declined }: Question,
    asking: Asking,
  ): Promise<unknown> {
    if (declined !== undefined) asking.declined(declined);
    const { agent } = asking;
    const named = agent === undefined ? request : { ...request, agent };
    return answer(await this.#whileOpen(id, (withdrawn) => asking.askQuestion(named, withdrawn)));
  }

  async #whileOpen<Answer>(
    id: RequestId,
    ask: (withdrawn: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const withdrawn = new AbortController();
    if (this.#resolved.has(id)) withdrawn.abort();
    this.#open.set(id, withdrawn);
    const answer = await ask(withdrawn.signal);
    this.#open.delete(id);
    return answer;
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
  const asked = approvalOf(id, request, context);
  switch (asked.type) {
    case "approval":
      return asked.answer("decline");
    case "question":
      return asked.answer({ type: "cancel" });
    case "refusal":
      return refusalAnswer(asked);
    default:
      return unreachable(asked);
  }
}

function refusalAnswer({ answer }: Refusal): unknown {
  if ("result" in answer) return answer.result;
  throw new RpcError(answer.code, answer.message);
}

/** What a request asks for, in Codex's words. */
export function subjectOf(request: ServerRequest): { readonly subject?: string } {
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return request.params.command === undefined ? {} : { subject: request.params.command };
    case "execCommandApproval":
      return { subject: request.params.command.join(" ") };
    case "mcpServer/elicitation/request": {
      const { serverName, message } = request.params;
      return { subject: message.trim() === "" ? serverName : `${serverName}: ${message}` };
    }
    case "item/tool/requestUserInput": {
      const asked = request.params.questions.map(({ question }) => question).join(" ");
      return { subject: asked.trim() === "" ? request.method : asked };
    }
    case "unknown":
    case "unreadable":
      return { subject: request.name };
    default:
      return { subject: request.method };
  }
}
