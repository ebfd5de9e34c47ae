/**
 * Makes the OpenTelemetry spans of runs: run -> stage -> turn -> tool and approval. Their attributes
 * come from the state of the run; only the open spans are kept here.
 */
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { CheckResult } from "../../core/checks/check.ts";
import type { TurnEvent, TurnItem, TurnStatus } from "../../core/codex/codex.ts";
import type { PersonRequest } from "../../core/codex/question.ts";
import type { TurnState } from "../../core/codex/turn_state.ts";
import { describeError, unreachable } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { RunOutcome, StageReport } from "../../core/run/events.ts";
import {
  currentStage,
  currentTurn,
  type RunChange,
  type RunObserver,
  type RunState,
  workingMode,
} from "../../core/run/run_state.ts";
import { agentSettingsOf, type Role } from "../../core/session/settings.ts";
import {
  agentAttributes,
  approvalAttributes,
  checkAttributes,
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

interface RunSpansDependencies {
  readonly tracer: Tracer;
  /** The provider of the model, as the GenAI conventions name it. */
  readonly provider: () => string;
  readonly log: Log;
}

export class RunSpans implements RunObserver {
  readonly #deps: RunSpansDependencies;
  readonly #open = new Map<string, OpenSpans>();

  constructor(deps: RunSpansDependencies) {
    this.#deps = deps;
  }

  observe(change: RunChange): void {
    const { id } = change.run;
    try {
      const { tracer, provider } = this.#deps;
      const spans = this.#open.get(id) ?? new OpenSpans(tracer, provider(), change);
      this.#open.set(id, spans);
      const { type } = change.event;
      if (type === "run.finished" || type === "run.suspended") this.#open.delete(id);
      spans.add(change);
    } catch (error) {
      this.#deps.log.error("spans.failed", { run: id, error: describeError(error) });
    }
  }
}

/** The conventions' error type for a failure of unknown kind. */
const OTHER = "_OTHER";

/** Holds the open spans of one run, all of which end with it. */
class OpenSpans {
  readonly #tracer: Tracer;
  readonly #provider: string;
  readonly #run: Span;
  #stage: Span | undefined;
  #turn: Span | undefined;
  /** Checks run one after another, between the stages. */
  #check: Span | undefined;
  readonly #tools = new Map<string, Span>();
  readonly #approvals = new Map<string, Span>();
  /** Of sub-agents, by their threads. */
  readonly #agents = new Map<string, Span>();

  constructor(tracer: Tracer, provider: string, { run, state: { mode } }: RunChange) {
    this.#tracer = tracer;
    this.#provider = provider;
    const attributes = runAttributes(run.id, mode, provider);
    this.#run = tracer.startSpan(`invoke_workflow ${mode}`, { root: true, attributes });
  }

  add(change: RunChange): void {
    const { event, before } = change;
    switch (event.type) {
      case "stage.started":
        return this.#beginStage(change, event.role, event.round);
      case "turn.event":
        return this.#addToTurn(change, event.role, event.event);
      case "stage.finished":
        return this.#endStage(event.stage, currentTurn(before));
      case "run.finished":
        return this.#end(change, event.outcome);
      case "run.suspended":
        return this.#end(change, { status: "suspended" });
      case "workspace.shared":
      case "run.queued":
      case "run.offered":
      case "run.continued":
      case "run.started":
      case "run.steered":
      case "mode.selected":
      case "plan.proposed":
      case "plan.decided":
      case "stage.replayed":
      case "approval.answered":
      case "question.answered":
      case "goal.changed":
      case "goal.reported":
      case "review.finished":
      case "workspace.recorded":
        return;
      case "check.started":
        return this.#beginCheck(event.name, event.round);
      case "check.finished":
        return this.#endCheck(event.result);
      default:
        return unreachable(event);
    }
  }

  /** Names the check only: its command and output are the person's work. */
  #beginCheck(name: string, round: number): void {
    this.#closeStage(undefined);
    this.#check = this.#begin(`check ${name}`, this.#run, roundAttribute(round));
  }

  #endCheck({ status, exitCode }: CheckResult): void {
    this.#check?.setAttributes(checkAttributes(status, exitCode));
    if (status !== "passed" && this.#check !== undefined) fail(this.#check, status);
    this.#check?.end();
    this.#check = undefined;
  }

  #beginStage(change: RunChange, role: Role, round: number): void {
    this.#closeStage(currentTurn(change.before).usage);
    const attributes = { ...this.#agent(change, role, role), ...roundAttribute(round) };
    this.#stage = this.#begin(`invoke_agent ${role}`, this.#run, attributes);
  }

  #addToTurn(change: RunChange, role: Role, event: TurnEvent): void {
    switch (event.type) {
      case "started":
        return this.#beginTurn(change, role, event.threadId);
      case "item.started":
        return void this.#beginTool(event.item);
      case "item.completed":
        return this.#endTool(event.item);
      case "approval.requested":
      case "question.requested":
        return this.#beginApproval(event.request);
      case "approval.resolved":
        return this.#endApproval(event.request, event.decision);
      case "question.resolved":
        return this.#endApproval(event.request, event.result);
      case "agent.started":
        return this.#beginAgent(change, role, event.agent.threadId);
      case "agent.event":
        return this.#addToAgent(event.agent.threadId, event.event);
      case "agent.ended":
        return this.#endAgent(event.agent.threadId, event.status);
      case "message.delta":
      case "plan":
      case "diff":
      case "usage":
      case "goal":
      case "retrying":
      case "waiting":
      case "waited":
      case "warning":
      case "news":
      case "terminals.left":
      case "declined":
      case "context":
        return;
      default:
        return unreachable(event);
    }
  }

  #beginTurn(change: RunChange, role: Role, threadId: string): void {
    this.#closeTurn(currentTurn(change.before).usage);
    const agent = this.#agent(change, "codex", role);
    const attributes = { ...agent, ...conversationAttribute(threadId) };
    const parent = this.#stage ?? this.#run;
    this.#turn = this.#begin("invoke_agent codex", parent, attributes, SpanKind.CLIENT);
  }

  #beginAgent(change: RunChange, role: Role, threadId: string): void {
    if (this.#agents.has(threadId)) return;
    const agent = this.#agent(change, "sub-agent", role);
    const attributes = { ...agent, ...conversationAttribute(threadId) };
    const span = this.#begin("invoke_agent sub-agent", this.#parent, attributes);
    this.#agents.set(threadId, span);
  }

  /** Of a sub-agent its tools are told. */
  #addToAgent(threadId: string, event: TurnEvent): void {
    const parent = this.#agents.get(threadId) ?? this.#parent;
    if (event.type === "item.started") this.#beginTool(event.item, parent);
    if (event.type === "item.completed") this.#endTool(event.item, parent);
  }

  #endAgent(threadId: string, status: TurnStatus): void {
    this.#agents.get(threadId)?.setAttributes(statusAttribute(status)).end();
    this.#agents.delete(threadId);
  }

  #beginTool(item: TurnItem, parent = this.#parent): Span | undefined {
    const tool = toolOf(item);
    if (tool === undefined) return undefined;
    const known = this.#tools.get(tool.id);
    if (known !== undefined) return known;
    const span = this.#begin(`execute_tool ${tool.name}`, parent, toolAttributes(tool));
    this.#tools.set(tool.id, span);
    return span;
  }

  /** Codex reports only the end of some tools. */
  #endTool(item: TurnItem, parent = this.#parent): void {
    const span = this.#beginTool(item, parent);
    if (span === undefined) return;
    span.setAttributes(exitCodeAttribute(item));
    if ("status" in item && (item.status === "failed" || item.status === "declined")) {
      fail(span, item.status);
    }
    span.end();
    this.#tools.delete(item.id);
  }

  #beginApproval(request: PersonRequest): void {
    const item = "itemId" in request ? this.#tools.get(request.itemId) : undefined;
    const parent = item ?? this.#parent;
    const span = this.#begin(`approval ${request.kind}`, parent, approvalAttributes(request));
    this.#approvals.set(request.id, span);
  }

  #endApproval({ id }: PersonRequest, decision: string): void {
    this.#approvals.get(id)?.setAttributes(decisionAttribute(decision)).end();
    this.#approvals.delete(id);
  }

  #endStage(report: StageReport, { usage }: TurnState): void {
    const failure = failureOf(report);
    if (failure !== undefined) {
      for (const span of [this.#turn, this.#stage]) if (span) fail(span, failure);
    }
    this.#stage?.setAttributes(statusAttribute(report.status));
    this.#closeStage(report.usage ?? usage);
  }

  #end({ before, state }: RunChange, outcome: RunOutcome | { readonly status: "suspended" }): void {
    this.#closeStage(currentTurn(before).usage);
    this.#check?.end();
    this.#run.setAttributes(outcomeAttributes(outcome, state));
    if (outcome.status === "failed") fail(this.#run, lastFailure(before) ?? OTHER);
    this.#run.end();
  }

  #closeStage(usage: TurnState["usage"]): void {
    this.#closeTurn(usage);
    this.#stage?.end();
    this.#stage = undefined;
  }

  #closeTurn(usage: TurnState["usage"]): void {
    for (const approval of this.#approvals.values()) {
      approval.setAttributes(decisionAttribute("void")).end();
    }
    this.#approvals.clear();
    for (const tool of this.#tools.values()) tool.end();
    this.#tools.clear();
    for (const agent of this.#agents.values()) agent.end();
    this.#agents.clear();
    // Set once: Deno does not replace an attribute, but exports it twice.
    if (usage !== undefined) this.#turn?.setAttributes(usageAttributes(usage));
    this.#turn?.end();
    this.#turn = undefined;
  }

  get #parent(): Span {
    return this.#turn ?? this.#stage ?? this.#run;
  }

  #agent({ profile, state }: RunChange, name: string, role: Role): Attributes {
    const model = profile && agentSettingsOf(profile, workingMode(state), role).model;
    return agentAttributes(name, { provider: this.#provider, model });
  }

  #begin(name: string, parent: Span, attributes: Attributes, kind = SpanKind.INTERNAL): Span {
    // The active context may be that of a call to Telegram.
    const context = trace.setSpan(ROOT_CONTEXT, parent);
    return this.#tracer.startSpan(name, { kind, attributes }, context);
  }
}

function lastFailure(state: RunState): string | undefined {
  const report = currentStage(state)?.report;
  return report === undefined ? undefined : failureOf(report);
}

function failureOf({ status, errorKind }: StageReport): string | undefined {
  return status === "failed" || status === "lost" ? errorKind ?? status : undefined;
}

/** Marks a span as failed, without the message, which may quote the work. */
function fail(span: Span, type: string): void {
  span.setAttributes({ "error.type": type }).setStatus({ code: SpanStatusCode.ERROR });
}
