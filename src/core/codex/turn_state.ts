/**
 * The state of a turn, reduced from its events; pure. The backends take a turn's result from it, and
 * it is part of the state of each run.
 */
import { unreachable } from "../errors.ts";
import type { BackgroundTerminal } from "./background_terminals.ts";
import { type FileChanges, mergeFileChanges, NO_FILES } from "../workspace/changes.ts";
import { addUsage } from "./codex.ts";
import type {
  FileChange,
  PlanStep,
  TokenUsage,
  TurnEvent,
  TurnItem,
  TurnStatus,
  WaitingReason,
} from "./codex.ts";
import type { PersonRequest } from "./question.ts";
import type { SubAgent } from "./thread_activity.ts";

export interface TurnState {
  /** Absent until Codex has told it. */
  readonly threadId?: string;
  /** The last message that is no commentary; absent while there is none. */
  readonly message?: string;
  /** The last message that came along the way; absent while there is none. */
  readonly commentary?: string;
  /** What Codex does now; the newest thing wins. */
  readonly doing?: Doing;
  /** Codex's own checklist. */
  readonly plan: readonly PlanStep[];
  readonly files: FileChanges;
  /** Unified diff of the turn so far; empty = Codex told none. */
  readonly diff: string;
  readonly usage?: TokenUsage;
  /** Commands of the thread that go on without the turn; told at its end. */
  readonly terminals: readonly BackgroundTerminal[];
  /** Items that have begun and not ended, oldest first. */
  readonly openItems: readonly OpenItem[];
  /** Approvals and questions that Codex waits for, oldest first. */
  readonly approvals: readonly OpenApproval[];
  /** Sub-agents that worked for it, oldest first, bounded. */
  readonly agents: readonly AgentState[];
  /** Answers that overtook the event that asks for them, newest last, bounded. */
  readonly answersAhead: readonly Pick<Required<OpenApproval>, "request" | "answer">[];
}

export interface AgentState {
  readonly agent: SubAgent;
  /** How its work ended; absent while it is at work. */
  readonly ended?: TurnStatus;
  /** The turn that it works on, or worked on last. */
  readonly turn: TurnState;
  /** What it did before that one, for the same turn. */
  readonly earlier: Pick<TurnState, "diff" | "usage">;
}

export type Doing =
  | { readonly type: "command"; readonly command: string }
  | { readonly type: "tool"; readonly name: string }
  | { readonly type: "thought"; readonly text: string }
  | { readonly type: "retrying"; readonly message: string }
  | { readonly type: "waiting"; readonly reason: WaitingReason };

export interface OpenItem {
  readonly item: TurnItem;
  readonly startedAt: Date;
}

export interface OpenApproval {
  readonly request: PersonRequest;
  readonly askedAt: Date;
  /** Absent until the front-end has answered; `who` is absent when nobody did in time. */
  readonly answer?: { readonly who?: string };
}

export type ToldMessage = Required<
  Pick<TurnItem & { readonly type: "message" }, "id" | "text" | "async">
>;

const MOST_ANSWERS_AHEAD = 20;

export const NEW_TURN: TurnState = {
  plan: [],
  files: NO_FILES,
  diff: "",
  terminals: [],
  openItems: [],
  approvals: [],
  agents: [],
  answersAhead: [],
};

const MOST_AGENTS = 50;

/** Codex runs a few items at a time; whatever it forgets to end does not fill the memory. */
const MOST_OPEN_ITEMS = 200;

/** @returns the same state when the event changes nothing of it */
export function reduceTurn(turn: TurnState, event: TurnEvent, at: Date): TurnState {
  switch (event.type) {
    case "started":
      return { ...withoutWaiting(turn), threadId: event.threadId };
    case "item.started":
      return withItem(withOpenItem(turn, event.item, at), event.item, false);
    case "item.completed":
      return withItem(withoutOpenItem(turn, event.item), event.item, true);
    case "plan":
      return { ...turn, plan: event.steps };
    case "diff":
      return { ...turn, diff: event.unifiedDiff };
    case "usage":
      return { ...turn, usage: event.usage };
    case "retrying":
      return { ...turn, doing: { type: "retrying", message: event.message } };
    case "waiting":
      return { ...turn, doing: { type: "waiting", reason: event.reason } };
    case "waited":
      return withoutWaiting(turn);
    case "approval.requested":
    case "question.requested": {
      const { request } = event;
      const ahead = turn.answersAhead.find((each) => isSameApproval(each.request, request));
      const asked: OpenApproval = {
        request,
        askedAt: at,
        ...(ahead === undefined ? {} : { answer: ahead.answer }),
      };
      return { ...turn, approvals: [...turn.approvals, asked] };
    }
    case "approval.resolved":
    case "question.resolved":
      return {
        ...turn,
        approvals: turn.approvals.filter(({ request }) => !isSameApproval(request, event.request)),
      };
    case "agent.started":
      return withAgent(turn, event.agent, begunAgain);
    case "agent.event":
      return withAgentEvent(turn, event, at);
    case "agent.ended":
      return withAgent(turn, event.agent, (known) => ({ ...known, ended: event.status }));
    case "terminals.left":
      return { ...turn, terminals: event.terminals };
    case "goal":
    case "message.delta":
    case "context":
    case "warning":
    case "declined":
    case "news":
      return turn;
    default:
      return unreachable(event);
  }
}

/** What a sub-agent did, as if the turn itself had done it. */
export function innermost(event: TurnEvent): TurnEvent {
  return event.type === "agent.event" ? innermost(event.event) : event;
}

/** What Codex says to the person while it works on; undefined for most events. */
export function toldIn(told: TurnEvent): ToldMessage | undefined {
  const event = innermost(told);
  if (event.type !== "item.completed" || event.item.type !== "message") return undefined;
  const { id, text, async } = event.item;
  return async === undefined || text.trim() === "" ? undefined : { id, text: text.trim(), async };
}

/** Unified diff of the turn and of its sub-agents. */
export function wholeDiff({ diff, agents }: TurnState): string {
  const others = agents.flatMap(({ turn, earlier }) => [earlier.diff, wholeDiff(turn)]);
  return [diff, ...others].filter((part) => part !== "").join("\n");
}

/** What the turn and its sub-agents used. */
export function wholeUsage({ usage, agents }: TurnState): TokenUsage | undefined {
  return agents.flatMap(({ turn, earlier }) => [earlier.usage, wholeUsage(turn)])
    .reduce((sum, used) => used === undefined ? sum : addUsage(sum, used), usage);
}

/** Those at work, and then those that ended last. */
export function newestAgents(agents: readonly AgentState[], most: number): readonly AgentState[] {
  const ended = agents.filter((agent) => agent.ended !== undefined).toReversed();
  return [...agents.filter((agent) => agent.ended === undefined), ...ended].slice(0, most);
}

/** What is done now, in Codex's words; undefined while nothing is known. */
export function doingText({ doing }: TurnState): string | undefined {
  switch (doing?.type) {
    case "command":
      return doing.command;
    case "tool":
      return doing.name;
    case "thought":
      return doing.text;
    case "retrying":
      return doing.message;
    case "waiting":
    case undefined:
      return undefined;
    default:
      return unreachable(doing);
  }
}

/** The state of a sub-agent; undefined where it is not known. */
export function agentState({ agents }: TurnState, { threadId }: SubAgent): AgentState | undefined {
  return agents.find(({ agent }) => agent.threadId === threadId);
}

/** Its messages are none of the turn's, its files are. */
function withAgentEvent(
  turn: TurnState,
  { agent, event }: TurnEvent & { readonly type: "agent.event" },
  at: Date,
): TurnState {
  const told = withAgent(
    turn,
    agent,
    (known) => ({ ...known, turn: reduceTurn(known.turn, event, at) }),
  );
  return event.type === "item.completed" ? withFiles(told, fileChangesOf(event.item)) : told;
}

function withAgent(
  turn: TurnState,
  agent: SubAgent,
  change: (known: AgentState) => AgentState,
): TurnState {
  const known = agentState(turn, agent);
  if (known === undefined) {
    const added = change({ agent, turn: NEW_TURN, earlier: { diff: "" } });
    return { ...turn, agents: [...turn.agents, added].slice(-MOST_AGENTS) };
  }
  const changed = { ...change(known), agent };
  return { ...turn, agents: turn.agents.map((each) => each === known ? changed : each) };
}

/** Each of its turns tells its own diff and usage from nothing on. */
function begunAgain({ agent, turn, earlier }: AgentState): AgentState {
  const used = [earlier.usage, wholeUsage(turn)].flatMap((usage) => usage ?? []);
  const [first, ...more] = used;
  const usage = more.reduce(addUsage, first);
  const diff = [earlier.diff, wholeDiff(turn)].filter((part) => part !== "").join("\n");
  return { agent, turn: NEW_TURN, earlier: usage === undefined ? { diff } : { diff, usage } };
}

function withoutWaiting(turn: TurnState): TurnState {
  if (turn.doing?.type !== "waiting") return turn;
  const { doing: _waited, ...rest } = turn;
  return rest;
}

/** The front-end has answered; Codex has not yet said that it took the answer. */
export function withApprovalAnswered(
  turn: TurnState,
  answered: PersonRequest,
  who: string | undefined,
): TurnState {
  const answer = who === undefined ? {} : { who };
  if (!turn.approvals.some(({ request }) => isSameApproval(request, answered))) {
    const answersAhead = [...turn.answersAhead, { request: answered, answer }];
    return { ...turn, answersAhead: answersAhead.slice(-MOST_ANSWERS_AHEAD) };
  }
  const approvals = turn.approvals.map((approval) =>
    isSameApproval(approval.request, answered) ? { ...approval, answer } : approval
  );
  return { ...turn, approvals };
}

/** The last message that is no commentary; where there is none, the last message. */
export function answerOf({ message, commentary = "" }: TurnState): string {
  return message ?? commentary;
}

/** What was done to files; nothing of a patch that did not go through. */
export function fileChangesOf(item: TurnItem): readonly FileChange[] {
  return item.type === "files" && item.status === "completed" ? item.changes : [];
}

/** Ids of approvals and questions are unique within a turn at most. */
export function isSameApproval(one: PersonRequest, other: PersonRequest): boolean {
  return one.turnId === other.turnId && one.id === other.id;
}

function withOpenItem(turn: TurnState, item: TurnItem, at: Date): TurnState {
  const known = turn.openItems.some((open) => open.item.id === item.id);
  const openItems = known
    ? turn.openItems.map((open) => open.item.id === item.id ? { ...open, item } : open)
    : [...turn.openItems, { item, startedAt: at }].slice(-MOST_OPEN_ITEMS);
  return { ...turn, openItems };
}

function withoutOpenItem(turn: TurnState, { id }: TurnItem): TurnState {
  if (!turn.openItems.some(({ item }) => item.id === id)) return turn;
  return { ...turn, openItems: turn.openItems.filter(({ item }) => item.id !== id) };
}

function withItem(turn: TurnState, item: TurnItem, completed: boolean): TurnState {
  switch (item.type) {
    case "command":
      return { ...turn, doing: { type: "command", command: item.command } };
    case "tool":
      return { ...turn, doing: { type: "tool", name: item.name } };
    case "reasoning":
      return item.summary === ""
        ? turn
        : { ...turn, doing: { type: "thought", text: item.summary } };
    case "message":
      return withMessage(turn, item, completed);
    case "files":
      return completed ? withFiles(turn, fileChangesOf(item)) : turn;
    case "picture":
    case "other":
      return turn;
    default:
      return unreachable(item);
  }
}

function withFiles(turn: TurnState, changes: readonly FileChange[]): TurnState {
  return changes.length === 0 ? turn : { ...turn, files: mergeFileChanges(turn.files, changes) };
}

/** Commentary tells what comes next; the answer itself arrives as a message of its own. */
function withMessage(
  turn: TurnState,
  { text, commentary, async }: TurnItem & { readonly type: "message" },
  completed: boolean,
): TurnState {
  if (commentary !== true) return completed ? { ...turn, message: text } : turn;
  const doing = { type: "thought", text } as const;
  // What the person was told already is no answer either.
  return completed && async === undefined
    ? { ...turn, doing, commentary: text }
    : { ...turn, doing };
}
