/** The spans of one run: run -> stage -> turn -> tool and approval. All of them end with the run. */
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { RunAtWork } from "../../core/run/active_run.ts";
import type { ApprovalRequest, TokenUsage, TurnEvent, TurnItem } from "../../core/codex/codex.ts";
import type { RunEvent, RunOutcome, StageReport } from "../../core/run/events.ts";
import { agentSettingsOf, type Mode, type Role } from "../../core/session/settings.ts";
import {
  agentAttributes,
  approvalAttributes,
  conversationAttribute,
  decisionAttribute,
  exitCodeAttribute,
  outcomeAttributes,
  roundAttribute,
  runAttributes,
  statusAttribute,
  toolAttributes,
  toolOf,
  usageAttributes,
} from "./attributes.ts";

/** For a failure of which no kind is known; a word of the conventions. */
const OTHER = "_OTHER";

export class RunTrace {
  readonly #tracer: Tracer;
  readonly #provider: string;
  readonly #active: RunAtWork;
  readonly #run: Span;
  /** Changes when the selector has chosen. */
  #mode: Mode;
  #stage: Span | undefined;
  #turn: Span | undefined;
  readonly #tools = new Map<string, Span>();
  readonly #approvals = new Map<string, Span>();
  /** Of the turn, so far. */
  #usage: TokenUsage | undefined;
  #failure: string | undefined;

  constructor(tracer: Tracer, provider: string, active: RunAtWork) {
    this.#tracer = tracer;
    this.#provider = provider;
    this.#active = active;
    this.#mode = active.mode;
    const attributes = runAttributes(active.run.id, active.mode, provider);
    this.#run = tracer.startSpan(`invoke_workflow ${active.mode}`, { root: true, attributes });
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case "mode.selected":
        this.#mode = event.mode;
        return;
      case "stage.started":
        return this.#beginStage(event.role, event.round);
      case "turn.event":
        return this.#addToTurn(event.role, event.event);
      case "stage.finished":
        return this.#endStage(event.stage);
      case "run.finished":
        return this.#end(event.outcome);
      case "run.suspended":
        return this.#end({ status: "suspended" });
      default:
        return;
    }
  }

  #beginStage(role: Role, round: number): void {
    this.#closeStage();
    const attributes = { ...this.#agent(role, role), ...roundAttribute(round) };
    this.#stage = this.#begin(`invoke_agent ${role}`, this.#run, attributes);
  }

  #addToTurn(role: Role, event: TurnEvent): void {
    switch (event.type) {
      case "started": {
        this.#closeTurn();
        const attributes = {
          ...this.#agent("codex", role),
          ...conversationAttribute(event.threadId),
        };
        const parent = this.#stage ?? this.#run;
        this.#turn = this.#begin("invoke_agent codex", parent, attributes, SpanKind.CLIENT);
        return;
      }
      case "item.started":
        return void this.#beginTool(event.item);
      case "item.completed":
        return this.#endTool(event.item);
      case "usage":
        this.#usage = event.usage;
        return;
      case "approval.requested":
        return this.#beginApproval(event.request);
      case "approval.resolved":
        return this.#endApproval(event.request, event.decision);
      default:
        return;
    }
  }

  #beginTool(item: TurnItem): Span | undefined {
    const tool = toolOf(item);
    if (tool === undefined) return undefined;
    const known = this.#tools.get(tool.id);
    if (known !== undefined) return known;
    const span = this.#begin(`execute_tool ${tool.name}`, this.#parent, toolAttributes(tool));
    this.#tools.set(tool.id, span);
    return span;
  }

  /** Of some tools the end alone is told. */
  #endTool(item: TurnItem): void {
    const span = this.#beginTool(item);
    if (span === undefined) return;
    span.setAttributes(exitCodeAttribute(item));
    if ("status" in item && (item.status === "failed" || item.status === "declined")) {
      fail(span, item.status);
    }
    span.end();
    this.#tools.delete(item.id);
  }

  #beginApproval(request: ApprovalRequest): void {
    const parent = this.#tools.get(request.itemId) ?? this.#parent;
    const span = this.#begin(`approval ${request.kind}`, parent, approvalAttributes(request));
    this.#approvals.set(request.id, span);
  }

  #endApproval({ id }: ApprovalRequest, decision: string): void {
    this.#approvals.get(id)?.setAttributes(decisionAttribute(decision)).end();
    this.#approvals.delete(id);
  }

  #endStage({ status, errorKind, usage }: StageReport): void {
    if (usage !== undefined) this.#usage = usage;
    if (status === "failed" || status === "lost") {
      this.#failure = errorKind ?? status;
      for (const span of [this.#turn, this.#stage]) if (span) fail(span, this.#failure);
    } else this.#failure = undefined;
    this.#stage?.setAttributes(statusAttribute(status));
    this.#closeStage();
  }

  #end(outcome: RunOutcome | { readonly status: "suspended" }): void {
    this.#closeStage();
    this.#run.setAttributes(outcomeAttributes(outcome));
    if (outcome.status === "failed") fail(this.#run, this.#failure ?? OTHER);
    this.#run.end();
  }

  #closeStage(): void {
    this.#closeTurn();
    this.#stage?.end();
    this.#stage = undefined;
  }

  #closeTurn(): void {
    for (const approval of this.#approvals.values()) {
      approval.setAttributes(decisionAttribute("void")).end();
    }
    this.#approvals.clear();
    for (const tool of this.#tools.values()) tool.end();
    this.#tools.clear();
    // Once, as Deno would not replace what was set before but say it twice.
    if (this.#usage !== undefined) this.#turn?.setAttributes(usageAttributes(this.#usage));
    this.#usage = undefined;
    this.#turn?.end();
    this.#turn = undefined;
  }

  get #parent(): Span {
    return this.#turn ?? this.#stage ?? this.#run;
  }

  #agent(name: string, role: Role): Attributes {
    const { profile } = this.#active;
    const model = profile && agentSettingsOf(profile, this.#mode, role).model;
    return agentAttributes(name, { provider: this.#provider, model });
  }

  #begin(name: string, parent: Span, attributes: Attributes, kind = SpanKind.INTERNAL): Span {
    // Not the active context, which may be that of a call to Telegram.
    const context = trace.setSpan(ROOT_CONTEXT, parent);
    return this.#tracer.startSpan(name, { kind, attributes }, context);
  }
}

/** Without a message: what went wrong may quote the work. */
function fail(span: Span, type: string): void {
  span.setAttributes({ "error.type": type }).setStatus({ code: SpanStatusCode.ERROR });
}
