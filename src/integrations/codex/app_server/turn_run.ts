/** One turn on one thread of one app-server, from `turn/start` to `turn/completed`. */
import type { Clock } from "../../../core/clock.ts";
import type { TurnInput } from "../../../core/codex/codex.ts";
import { abortable, pause } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { LiveTurn, TurnEnd } from "../live_turn.ts";
import { resetTimeIn } from "../reset_time.ts";
import { UsageMeter } from "../usage_meter.ts";
import { type Approval, approvalOf, type Refusal } from "./approvals.ts";
import type { AppServerConnection, ThreadListener } from "./connection.ts";
import type { KnownRateLimits } from "./queries.ts";
import { INVALID_REQUEST, type RequestId, RpcError } from "./json_rpc.ts";
import type { Notification, ServerRequest } from "./protocol.ts";
import type { Item, WireFileChanges, WireTurn } from "./protocol_shapes.ts";
import { turnEnd, turnEvents } from "./turn_events.ts";

export interface TurnRunSettings {
  readonly connection: AppServerConnection;
  readonly threadId: string;
  readonly turn: LiveTurn;
  readonly limits: Pick<KnownRateLimits, "resetsAt">;
  readonly clock: Clock;
  readonly log: Log;
}

const TURN_START_DEADLINE_MS = 60_000;
const INTERRUPT_AGAIN_MS = 100;
const CLEAN_DEADLINE_MS = 2_000;

/** Nothing else will come of a turn whose end cannot be read. */
const UNREADABLE_END: TurnEnd = {
  status: "failed",
  failure: {
    kind: "process",
    message: "Codex ended the turn in a way that this program does not know",
  },
};

export class TurnRun implements ThreadListener {
  readonly #settings: TurnRunSettings;
  readonly #started = Promise.withResolvers<string>();
  readonly #usage = new UsageMeter();
  readonly #changes = new Map<string, WireFileChanges>();
  readonly #openApprovals = new Map<RequestId, AbortController>();
  /** What arrived before the answer to `turn/start` told which turn is ours. */
  #early: { notification: Notification; turnId: string | undefined }[] | undefined = [];
  #turnId: string | undefined;

  constructor(settings: TurnRunSettings) {
    this.#settings = settings;
  }

  /**
   * Begins the turn. Its end arrives later, by `turn/completed`.
   * @throws {RpcError} when Codex refuses the turn
   * @throws {CodexError} when the process died or does not answer: the turn may be running
   */
  async start(input: TurnInput, effort: string | undefined): Promise<void> {
    const { connection, threadId, turn } = this.#settings;
    const params = {
      threadId,
      input: [...textInput(input.text), ...imageInput(input.images ?? [])],
      ...(effort === undefined ? {} : { effort }),
      ...(input.outputSchema === undefined ? {} : { outputSchema: input.outputSchema }),
    };
    const started = await connection.ask("turn/start", params, TURN_START_DEADLINE_MS);
    this.#turnId = started.turn.id;
    turn.push({ type: "started", threadId, turnId: this.#turnId });
    this.#started.resolve(this.#turnId);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { notification, turnId } of early) this.receive(notification, turnId);
  }

  receive(notification: Notification, turnId: string | undefined): void {
    if (this.#early !== undefined) this.#early.push({ notification, turnId });
    else if (turnId === undefined || turnId === this.#turnId) this.#take(notification);
  }

  async answer(
    id: RequestId,
    request: ServerRequest,
    turnId: string | undefined,
  ): Promise<unknown> {
    const ours = await this.#started.promise;
    if (turnId !== undefined && turnId !== ours) {
      const name = "name" in request ? request.name : request.method;
      throw new RpcError(INVALID_REQUEST, `Nobody here works on the turn of ${name}`);
    }
    const { threadId, log } = this.#settings;
    if (request.method === "unreadable") {
      log.warn("codex.question.unreadable", { method: request.name, error: request.reason });
    }
    const changesOf = (itemId: string): WireFileChanges | undefined => this.#changes.get(itemId);
    const approval = approvalOf(id, request, { threadId, turnId: ours, changesOf });
    return "warning" in approval ? this.#refuse(approval) : await this.#ask(id, approval);
  }

  /** Asks Codex to end the turn, again and again while it says that there is no such turn yet. */
  async interrupt(): Promise<void> {
    const { connection, threadId, turn, clock } = this.#settings;
    const turnId = await this.#started.promise;
    while (!turn.over.aborted) {
      try {
        await connection.request("turn/interrupt", { threadId, turnId });
        return;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
      }
      await pause(clock, INTERRUPT_AGAIN_MS, turn.over);
    }
  }

  async steer(text: string): Promise<void> {
    const { connection, threadId, turn } = this.#settings;
    // A turn that Codex refuses never starts.
    const expectedTurnId = await abortable(this.#started.promise, turn.over).catch(() => undefined);
    if (turn.over.aborted) throw new CodexError("request", "Cannot add to the turn: it is over");
    await connection.request("turn/steer", { threadId, expectedTurnId, input: textInput(text) });
  }

  /** Acts on what is more than an event; {@link turnEvents} knows every notification. */
  #take(notification: Notification): void {
    const { turn, log } = this.#settings;
    switch (notification.method) {
      case "turn/completed":
        // Cannot reject: a failure to clean up is logged.
        void this.#finish(
          turnEnd(notification.params.turn, this.#limitResetsAt(notification.params.turn)),
        );
        break;
      case "thread/tokenUsage/updated": {
        const { total, last } = notification.params.tokenUsage;
        turn.push({ type: "usage", usage: this.#usage.read(total, last) });
        break;
      }
      case "serverRequest/resolved":
        this.#openApprovals.get(notification.params.requestId)?.abort();
        break;
      case "item/fileChange/patchUpdated": {
        const { itemId, changes } = notification.params;
        this.#changes.set(itemId, changes);
        break;
      }
      case "unreadable":
        log.warn("codex.notification.unreadable", {
          method: notification.name,
          error: notification.reason,
        });
        if (notification.name === "turn/completed") turn.settle(UNREADABLE_END);
        break;
      case "unknown":
        log.debug("codex.notice.unknown", { method: notification.name });
        break;
      case "item/started":
        this.#rememberChanges(notification.params.item);
    }
    for (const event of turnEvents(notification)) turn.push(event);
  }

  /** Where Codex has not told it with the limits, its sentence does. */
  #limitResetsAt({ error }: WireTurn): string | undefined {
    const { limits, clock } = this.#settings;
    const now = clock.now();
    return limits.resetsAt(now) ?? resetTimeIn(error?.message ?? "", now);
  }

  /** A later request for approval of these changes does not repeat them. */
  #rememberChanges(item: Item): void {
    if (item.type === "fileChange") this.#changes.set(item.id, item.changes);
  }

  /** Without cleaning up, the commands of an interrupted turn would run until the process ends. */
  async #finish(end: TurnEnd): Promise<void> {
    const { connection, threadId, turn, log } = this.#settings;
    if (end.status === "interrupted") {
      await connection.request("thread/backgroundTerminals/clean", { threadId }, CLEAN_DEADLINE_MS)
        .catch((error) => log.warn("codex.clean.failed", { error: describeError(error) }));
    }
    turn.settle(end);
  }

  /** Leaves no request without an answer, and tells the person what was declined. */
  #refuse({ warning, answer }: Refusal): unknown {
    this.#settings.turn.push({ type: "warning", message: warning });
    if ("result" in answer) return answer.result;
    throw new RpcError(answer.code, answer.message);
  }

  async #ask(id: RequestId, { request, answer, interruptOnCancel }: Approval): Promise<unknown> {
    const withdrawn = new AbortController();
    this.#openApprovals.set(id, withdrawn);
    const decision = await this.#settings.turn.ask(request, withdrawn.signal);
    this.#openApprovals.delete(id);
    if (decision === "cancel" && interruptOnCancel) {
      this.interrupt().catch((error) =>
        this.#settings.log.warn("codex.interrupt.failed", { error: describeError(error) })
      );
    }
    return answer(decision);
  }
}

function textInput(text: string): readonly unknown[] {
  return [{ type: "text", text, text_elements: [] }];
}

function imageInput(paths: readonly string[]): readonly unknown[] {
  return paths.map((path) => ({ type: "localImage", path }));
}
