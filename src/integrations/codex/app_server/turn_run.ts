/** One turn on one thread of one app-server, from `turn/start` to `turn/completed`. */
import { z } from "zod";
import type { TurnInput } from "../../../core/codex/codex.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Log } from "../../../core/log.ts";
import { abortable, pause } from "../../../core/deadline.ts";
import type { LiveTurn, TurnEnd } from "../live_turn.ts";
import { UsageMeter } from "../usage_meter.ts";
import { readAnswer } from "./answers.ts";
import { type Question, questionOf, refusalOf } from "./approvals.ts";
import type { AppServerConnection, ThreadListener } from "./connection.ts";
import { type IncomingRequest, type RequestId, RpcError } from "./json_rpc.ts";
import { translate, turnEnd } from "./turn_events.ts";
import {
  itemNotice,
  knownItem,
  patchNotice,
  resolvedNotice,
  turnAnswer,
  turnNotice,
  usageNotice,
  type WireFileChanges,
} from "./protocol.ts";

export interface TurnRunSettings {
  readonly connection: AppServerConnection;
  readonly threadId: string;
  readonly turn: LiveTurn;
  readonly clock: Clock;
  readonly log: Log;
}

const TURN_START_DEADLINE_MS = 60_000;
const INTERRUPT_AGAIN_MS = 100;
const CLEAN_DEADLINE_MS = 2_000;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;

/** Nothing else will come of this turn. */
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
  readonly #openQuestions = new Map<RequestId, AbortController>();
  /** What arrived before the answer to `turn/start` told which turn is ours. */
  #early: { method: string; params: unknown; turnId: string | undefined }[] | undefined = [];
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
    const answer = await connection.request("turn/start", {
      threadId,
      input: [...textInput(input.text), ...imageInput(input.images ?? [])],
      ...(effort === undefined ? {} : { effort }),
      ...(input.outputSchema === undefined ? {} : { outputSchema: input.outputSchema }),
    }, TURN_START_DEADLINE_MS);
    this.#turnId = readAnswer(turnAnswer, answer, "turn/start").turn.id;
    turn.push({ type: "started", threadId, turnId: this.#turnId });
    this.#started.resolve(this.#turnId);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { method, params, turnId } of early) this.receive(method, params, turnId);
  }

  receive(method: string, params: unknown, turnId: string | undefined): void {
    if (this.#early !== undefined) {
      this.#early.push({ method, params, turnId });
    } else if (turnId === undefined || turnId === this.#turnId) {
      try {
        this.#take(method, params);
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        const details = { method, error: z.prettifyError(error) };
        this.#settings.log.warn("codex.notification.unreadable", details);
        if (method === "turn/completed") this.#settings.turn.settle(UNREADABLE_END);
      }
    }
  }

  async answer(request: IncomingRequest, turnId: string | undefined): Promise<unknown> {
    const ours = await this.#started.promise;
    const { method } = request;
    if (turnId !== undefined && turnId !== ours) {
      throw new RpcError(INVALID_REQUEST, `Nobody here works on the turn of ${method}`);
    }
    const question = this.#questionOf(request, ours);
    if (question === undefined) {
      return this.#refuse(method);
    }
    return await this.#ask(request.id, question);
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

  #take(method: string, params: unknown): void {
    const { turn } = this.#settings;
    switch (method) {
      case "turn/completed":
        // Cannot reject: cleaning up that fails is logged.
        void this.#finish(turnEnd(turnNotice.parse(params).turn));
        break;
      case "thread/tokenUsage/updated": {
        const { total, last } = usageNotice.parse(params).tokenUsage;
        turn.push({ type: "usage", usage: this.#usage.read(total, last) });
        break;
      }
      case "serverRequest/resolved":
        this.#openQuestions.get(resolvedNotice.parse(params).requestId)?.abort();
        break;
      default:
        this.#rememberChanges(method, params);
        for (const event of translate(method, params)) turn.push(event);
    }
  }

  /** Commands of an interrupted turn would run on until the process ends. */
  async #finish(end: TurnEnd): Promise<void> {
    const { connection, threadId, turn, log } = this.#settings;
    if (end.status === "interrupted") {
      await connection.request("thread/backgroundTerminals/clean", { threadId }, CLEAN_DEADLINE_MS)
        .catch((error) => log.warn("codex.clean.failed", { error: describeError(error) }));
    }
    turn.settle(end);
  }

  /** A later question about these changes will not repeat them. */
  #rememberChanges(method: string, params: unknown): void {
    if (method === "item/started") {
      const item = knownItem.safeParse(itemNotice.parse(params).item);
      if (item.success && item.data.type === "fileChange") {
        this.#changes.set(item.data.id, item.data.changes);
      }
    } else if (method === "item/fileChange/patchUpdated") {
      const { itemId, changes } = patchNotice.parse(params);
      this.#changes.set(itemId, changes);
    }
  }

  #questionOf(request: IncomingRequest, turnId: string): Question | undefined {
    const { threadId, turn, log } = this.#settings;
    const changesOf = (itemId: string): WireFileChanges | undefined => this.#changes.get(itemId);
    try {
      return questionOf(request, { threadId, turnId, changesOf });
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      log.warn("codex.question.unreadable", {
        method: request.method,
        error: z.prettifyError(error),
      });
      const message = "Codex asked in a way that this program does not know; it was declined";
      turn.push({ type: "warning", message });
      throw new RpcError(INVALID_REQUEST, message);
    }
  }

  /** Nothing that is asked may be left hanging, and nothing is declined in silence. */
  #refuse(method: string): unknown {
    const { answer, warning } = refusalOf(method);
    this.#settings.turn.push({ type: "warning", message: warning });
    if (answer !== undefined) return answer;
    throw new RpcError(METHOD_NOT_FOUND, `${method} is not supported by this client`);
  }

  async #ask(id: RequestId, { request, answer, interruptOnCancel }: Question): Promise<unknown> {
    const withdrawn = new AbortController();
    this.#openQuestions.set(id, withdrawn);
    const decision = await this.#settings.turn.ask(request, withdrawn.signal);
    this.#openQuestions.delete(id);
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
