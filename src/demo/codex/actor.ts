/** Acts in a turn as a model does: says something, runs a command, patches files, asks. */
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { PlanStep } from "../../core/codex/codex.ts";
import type { QuestionField } from "../../core/codex/question.ts";
import { pause } from "../../core/deadline.ts";
import type { LiveTurn } from "../../integrations/codex/live_turn.ts";
import { editDiff, type FileEdit } from "./edit_diff.ts";
import type { LocalShell } from "./local_shell.ts";

/** The turn was ended: nobody acts in it any more. */
export class TurnOverError extends Error {
  constructor() {
    super("The turn is over");
    this.name = new.target.name;
  }
}

export interface ActorSettings {
  readonly turn: LiveTurn;
  readonly threadId: string;
  readonly folder: string;
  readonly shell: LocalShell;
  readonly clock: Clock;
  /** Between two steps. */
  readonly paceMs: number;
}

/** Choices that are offered for a time. */
interface Offer {
  readonly title: string;
  readonly description: string;
  readonly options: readonly string[];
  readonly limitMs: number;
}

/** Pieces in which an answer is written. */
const ANSWER_PIECES = 6;
/** A writer is faster than a worker, by so many times. */
const WRITING_SPEED = 4;

export class Actor {
  readonly folder: string;
  readonly #turnId = crypto.randomUUID();
  readonly #settings: ActorSettings;
  #items = 0;
  #diffs: readonly string[] = [];

  constructor(settings: ActorSettings) {
    this.#settings = settings;
    this.folder = settings.folder;
    const { turn, threadId } = settings;
    turn.push({ type: "started", threadId, turnId: this.#turnId });
  }

  /** Lets the person read. @throws {TurnOverError} */
  async think(): Promise<void> {
    await this.#pause(this.#settings.paceMs);
  }

  /** Says something along the way. */
  async say(text: string): Promise<void> {
    await this.think();
    const id = this.#newItem();
    const { turn } = this.#settings;
    turn.push({ type: "item.started", item: { type: "message", id, text: "", commentary: true } });
    turn.push({ type: "item.completed", item: { type: "message", id, text, commentary: true } });
  }

  /** Shows the checklist with the step that is worked on. */
  checklist(steps: readonly string[], current: number): void {
    const statusOf = (index: number): PlanStep["status"] =>
      index === current ? "in_progress" : index < current ? "completed" : "pending";
    this.#settings.turn.push({
      type: "plan",
      steps: steps.map((text, index) => ({ text, status: statusOf(index) })),
    });
  }

  /** Runs it for real. @returns its exit code */
  async run(command: string): Promise<number> {
    await this.think();
    const { turn, folder, shell } = this.#settings;
    const item = {
      type: "command",
      id: this.#newItem(),
      command,
      workingDirectory: folder,
    } as const;
    turn.push({ type: "item.started", item: { ...item, status: "in_progress" } });
    await this.#pause(this.#settings.paceMs / 2);
    const { exitCode, output } = await shell.run({
      text: `{ ${command}\n} 2>&1`,
      folder,
      signal: turn.over,
    }).catch((error) => {
      if (turn.over.aborted) throw new TurnOverError();
      throw error;
    });
    const status = exitCode === 0 ? "completed" : "failed";
    const printed = output === "" ? {} : { output };
    turn.push({ type: "item.completed", item: { ...item, status, exitCode, ...printed } });
    return exitCode;
  }

  async read(path: string): Promise<string> {
    return await Deno.readTextFile(join(this.folder, path)).catch(() => "");
  }

  /** Writes the files, as a patch of Codex does. */
  async patch(edits: readonly FileEdit[]): Promise<void> {
    await this.think();
    const { turn } = this.#settings;
    const changes = edits.map(({ path, before }) => ({
      path,
      kind: before === undefined ? "add" as const : "update" as const,
    }));
    const item = { type: "files", id: this.#newItem(), changes } as const;
    turn.push({ type: "item.started", item: { ...item, status: "in_progress" } });
    for (const { path, after } of edits) {
      await Deno.mkdir(join(this.folder, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(this.folder, path), after);
    }
    turn.push({ type: "item.completed", item: { ...item, status: "completed" } });
    this.#diffs = [...this.#diffs, ...edits.map(editDiff)];
    turn.push({ type: "diff", unifiedDiff: this.#diffs.join("") });
  }

  /** Asks before it runs something outside of the sandbox. @returns whether it was allowed */
  async mayRun(command: string, reason: string): Promise<boolean> {
    await this.think();
    const { turn, threadId, folder: workingDirectory } = this.#settings;
    const decision = await turn.ask({
      kind: "command",
      id: crypto.randomUUID(),
      threadId,
      turnId: this.#turnId,
      itemId: this.#newItem(),
      workingDirectory,
      command,
      reason,
      choices: [{ decision: "accept" }, { decision: "decline" }, { decision: "cancel" }],
    });
    if (decision === "cancel") turn.settle({ status: "interrupted" });
    if (turn.over.aborted) throw new TurnOverError();
    return decision === "accept";
  }

  /** Offers choices as buttons. @returns the chosen one; undefined when there was none in time */
  async choose({ title, description, options, limitMs }: Offer): Promise<string | undefined> {
    const { turn, threadId } = this.#settings;
    const field: QuestionField = {
      type: "choice",
      id: "choice",
      title,
      description,
      required: true,
      freeText: false,
      options: options.map((label) => ({ value: label, label })),
    };
    const answer = await turn.askQuestion({
      kind: "input",
      id: crypto.randomUUID(),
      threadId,
      turnId: this.#turnId,
      fields: [field],
      timeLimitMs: limitMs,
    });
    if (turn.over.aborted) throw new TurnOverError();
    const value = answer.type === "answered" ? answer.values.choice : undefined;
    return value === undefined ? undefined : String(value);
  }

  /** Writes the answer, piece by piece, and ends the turn. */
  async answer(text: string): Promise<void> {
    const { turn, paceMs } = this.#settings;
    await this.think();
    const id = this.#newItem();
    turn.push({ type: "item.started", item: { type: "message", id, text: "" } });
    const length = Math.max(1, Math.ceil(text.length / ANSWER_PIECES));
    for (const piece of text.match(new RegExp(`[^]{1,${length}}`, "gu")) ?? []) {
      turn.push({ type: "message.delta", itemId: id, text: piece });
      await this.#pause(paceMs / WRITING_SPEED);
    }
    turn.push({ type: "item.completed", item: { type: "message", id, text } });
    turn.settle({ status: "completed", answer: text });
  }

  /** Answers what only the program reads, at once. */
  async report(answer: unknown): Promise<void> {
    await this.think();
    const text = JSON.stringify(answer);
    const id = this.#newItem();
    const { turn } = this.#settings;
    turn.push({ type: "item.completed", item: { type: "message", id, text } });
    turn.settle({ status: "completed", answer: text });
  }

  #newItem(): string {
    return `${this.#turnId}-${++this.#items}`;
  }

  async #pause(ms: number): Promise<void> {
    const { clock, turn } = this.#settings;
    if (!await pause(clock, ms, turn.over)) throw new TurnOverError();
  }
}
