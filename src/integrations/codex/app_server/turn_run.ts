/** One turn on one thread of one app-server, from `turn/start` to `turn/completed`. */
import type { Clock } from "../../../core/clock.ts";
import type { TurnInput } from "../../../core/codex/codex.ts";
import { abortable, pause } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import { there } from "../turn_failure.ts";
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

const RESUME_DEADLINE_MS = 30_000;
const TURN_START_DEADLINE_MS = 60_000;
const INTERRUPT_AGAIN_MS = 100;
const CLEAN_DEADLINE_MS = 2_000;

/** Nothing else will come of a turn whose end cannot be read. */
const UNREADABLE_END: TurnEnd = {
  status: "failed",
  failure: {
    kind: "process",
    message: "Codex ended the turn in a way that this program does not know",
    trouble: { kind: "failed", said: "Codex ended in a way that this program does not know." },
  },
};

export class TurnRun implements ThreadListener {
  readonly #settings: TurnRunSettings;
  readonly #started = Promise.withResolvers<string>();
  readonly #usage = new UsageMeter();
  readonly #changes = new Map<string, WireFileChanges>();
  /** Items whose end was reported, by their ids. */
  readonly #ended = new Set<string>();
  readonly #openApprovals = new Map<RequestId, AbortController>();
  /** What arrived before the answer to `turn/start` told which turn is ours. */
  #early: { notification: Notification; turnId: string | undefined }[] | undefined = [];
  #turnId: string | undefined;
  /** The present one: the connection to another machine may be made anew. */
  #connection: AppServerConnection;

  constructor(settings: TurnRunSettings) {
    this.#settings = settings;
    this.#connection = settings.connection;
    this.#listen(settings.connection);
  }

  /** Whether Codex has said which turn it is, so that it can be found again. */
  get begun(): boolean {
    return this.#turnId !== undefined;
  }

  /**
   * Follows the turn over another connection, after the former one broke: fetches what happened
   * meanwhile, its end included.
   * @returns false when Codex does not know the turn, or did not finish it
   * @throws {CodexError} when the connection breaks again
   */
  async follow(connection: AppServerConnection): Promise<boolean> {
    const { threadId, turn } = this.#settings;
    this.#connection = connection;
    this.#listen(connection);
    const known = await this.#read(async () => {
      await connection.ask("thread/resume", { threadId, excludeTurns: true }, RESUME_DEADLINE_MS);
      const read = { threadId, includeTurns: true };
      const { thread } = await connection.ask("thread/read", read, RESUME_DEADLINE_MS);
      return thread.turns.find(({ id }) => id === this.#turnId);
    });
    // An app-server that ended itself calls its turns interrupted when it is back.
    if (known === undefined || known.status === "interrupted") return turn.over.aborted;
    turn.push({ type: "waited" });
    for (const item of known.items) this.#catchUp(item);
    if (known.status !== "inProgress") {
      turn.settle({ ...turnEnd(known, this.#limitResetsAt(known)), ...answerIn(known.items) });
    } else if (turn.stopping.aborted) await this.interrupt();
    return true;
  }

  /** Withdraws what is asked over a connection that broke: Codex asks it again over the next one. */
  disconnected(): void {
    for (const withdrawn of this.#openApprovals.values()) withdrawn.abort();
    this.#openApprovals.clear();
  }

  /** Reports an item that ended while nobody listened. */
  #catchUp(item: Item): void {
    const isOpen = "status" in item && item.status === "in_progress";
    if (isOpen || this.#ended.has(item.id)) return;
    this.#take({ method: "item/completed", params: { item } });
  }

  /** @returns undefined when Codex refuses to tell */
  async #read<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RpcError) return undefined;
      throw error;
    }
  }

  #listen(connection: AppServerConnection): void {
    const { threadId, turn } = this.#settings;
    const stop = connection.listen(threadId, this);
    turn.over.addEventListener("abort", stop, { once: true });
  }

  /**
   * Begins the turn. Its end arrives later, by `turn/completed`.
   * @throws {RpcError} when Codex refuses the turn
   * @throws {CodexError} when the process died or does not answer: the turn may be running
   */
  async start(input: TurnInput, effort: string | undefined): Promise<void> {
    const { threadId, turn } = this.#settings;
    const connection = this.#connection;
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
    const { threadId, turn, clock } = this.#settings;
    const turnId = await this.#started.promise;
    while (!turn.over.aborted) {
      try {
        await this.#connection.request("turn/interrupt", { threadId, turnId });
        return;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
      }
      await pause(clock, INTERRUPT_AGAIN_MS, turn.over);
    }
  }

  async steer(text: string): Promise<void> {
    const { threadId, turn } = this.#settings;
    const connection = this.#connection;
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
        break;
      case "item/completed":
        this.#ended.add(notification.params.item.id);
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
    const { threadId, turn, log } = this.#settings;
    const connection = this.#connection;
    if (end.status === "interrupted") {
      await connection.request("thread/backgroundTerminals/clean", { threadId }, CLEAN_DEADLINE_MS)
        .catch((error) => log.warn("codex.clean.failed", { error: describeError(error) }));
    }
    const { failure } = end;
    const machine = connection.machine;
    turn.settle(failure === undefined ? end : { ...end, failure: there(failure, machine) });
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

/** The last message of a turn that has ended. */
function answerIn(items: readonly Item[]): Pick<TurnEnd, "answer"> {
  const message =
    items.findLast((item) => item.type === "agentMessage" && item.phase !== "commentary") ??
      items.findLast(({ type }) => type === "agentMessage");
  return message?.type === "agentMessage" ? { answer: message.text } : {};
}

function textInput(text: string): readonly unknown[] {
  return [{ type: "text", text, text_elements: [] }];
}

function imageInput(paths: readonly string[]): readonly unknown[] {
  return paths.map((path) => ({ type: "localImage", path }));
}
