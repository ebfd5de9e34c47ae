/** Runs one fault: the real program with a real Codex, and requests whose end is tracked. */
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { Program } from "../e2e/program.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { Stage, type StageOptions, TOKEN } from "../e2e/stage.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { processesOf } from "./processes.ts";
import type { Random } from "./random.ts";

export type Mode = "single" | "plan";
export type RoleName = "selector" | "planner" | "developer" | "reviewer";

export interface Asked {
  /** Part of the request and of everything that it causes. */
  readonly tag: string;
  readonly mode: Mode;
  readonly messageId: number;
}

const TAG = /task-[a-z0-9]{8}/g;
const PATIENCE_MS = 60_000;
/** Pause before each of ten pieces of an answer. */
const PIECE_PAUSE_MS = 40;
export const MARK = "🔁";

export class Scene implements AsyncDisposable {
  readonly stage: Stage;
  readonly random: Random;
  readonly asked: Asked[] = [];
  /** Slows the model down, so that a random moment lies within a turn. */
  slow = false;
  /** How often a person pressed Continue, by tag. */
  readonly continued = new Map<string, number>();
  readonly #gates: {
    readonly role: RoleName;
    readonly tag: string;
    readonly open: Promise<void>;
  }[] = [];
  /** What the developer does the first time, by tag. */
  readonly #first = new Map<string, Step>();
  readonly #pressed = new Set<string>();
  #program: Program | undefined;

  private constructor(stage: Stage, random: Random) {
    this.stage = stage;
    this.random = random;
  }

  static async open(options: StageOptions, random: Random): Promise<Scene> {
    const scene = new Scene(await Stage.set({ pace: USUAL_PACE, ...options }), random);
    scene.stage.model.script({ when: () => true, steps: (request) => [scene.#play(request)] });
    return scene;
  }

  get program(): Program {
    if (this.#program === undefined) throw new Error("The program was not started");
    return this.#program;
  }

  async start(): Promise<void> {
    this.#program = await this.stage.start();
  }

  async restart(): Promise<void> {
    await this.program.kill();
    await this.start();
  }

  /** Kills the Codex of the running program. */
  async killCodex(): Promise<void> {
    const line = await this.program.logged(/codex\.started .*pid=\d+/);
    const started = this.program.log.findLast((each) => /codex\.started /.test(each)) ?? line;
    Deno.kill(Number(/pid=(\d+)/.exec(started)?.[1]), "SIGKILL");
  }

  ask(mode: Mode): Asked {
    const tag = `task-${this.random.next().toString(36).slice(2).padEnd(8, "0").slice(0, 8)}`;
    const asked = { tag, mode, messageId: this.stage.say(`${mode} ${tag}`) };
    this.asked.push(asked);
    return asked;
  }

  /** Sends a request whose developer first asks for a command outside of the sandbox. */
  askForApproval(): Asked {
    const asked = this.ask("single");
    const command = `touch ${this.stage.home}/made-by-${asked.tag}`;
    this.#first.set(asked.tag, { command, escalated: "It lies outside" });
    return asked;
  }

  /** Sends a request whose developer first runs a long command; resolves when it runs. */
  async askForCommand(): Promise<Asked> {
    const asked = this.ask("single");
    // No other process of this machine sleeps for just so long.
    const command = `sleep ${this.random.between(3_000, 90_000)}.5`;
    this.#first.set(asked.tag, { command });
    const until = performance.now() + PATIENCE_MS;
    while (!processesOf(this.stage.home).some((each) => each.command.includes(command))) {
      if (performance.now() > until) throw new Error(`Codex does not run ${command}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return asked;
  }

  /** Sends a request that the developer answers with the bot token. */
  askForSecret(): Asked {
    const asked = this.ask("single");
    this.#first.set(asked.tag, { message: `done ${asked.tag}, the token is \`${TOKEN}\`` });
    return asked;
  }

  /** Sends a request whose answer shows a picture. */
  askForPicture(path: string): Asked {
    const asked = this.ask("single");
    this.#first.set(asked.tag, { message: `done ${asked.tag}\n\n![](${path})` });
    return asked;
  }

  /** Lets the model answer that role no more; resolves when it is asked. */
  async holdAt(role: RoleName, { tag }: Asked): Promise<() => void> {
    const gate = Promise.withResolvers<void>();
    this.#gates.push({ role, tag, open: gate.promise });
    await this.stage.model.received((request) =>
      roleOf(request) === role && tagOf(request) === tag
    );
    return gate.resolve;
  }

  /** Counts the developer's turns for the request, without commands and their outputs. */
  developerTurns({ tag }: Asked): number {
    return this.stage.model.requests.filter((request) =>
      roleOf(request) === "developer" && tagOf(request) === tag && request.toolOutputs.length === 0
    ).length;
  }

  /** Returns the bot's messages about the request that still exist. */
  said({ messageId }: Asked): readonly SeenMessage[] {
    return this.stage.world.botMessages(this.stage.chat).filter(({ replyTo }) =>
      replyTo === messageId
    );
  }

  answers(asked: Asked): readonly SeenMessage[] {
    return this.said(asked).filter(({ text }) => text.includes(`done ${asked.tag}`));
  }

  failures(asked: Asked): readonly SeenMessage[] {
    return this.said(asked).filter(({ text }) => /Failed: |did not accept/.test(text));
  }

  /** Presses Continue wherever the bot asks, until every request has ended in the chat. */
  async settle(): Promise<void> {
    for (const asked of this.asked) {
      await this.stage.world.waitFor(() => this.#isSettled(asked), {
        what: `the end of ${asked.mode} ${asked.tag}`,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
  }

  #isSettled(asked: Asked): boolean {
    for (const message of this.said(asked)) {
      if (message.buttons.flat().some(({ text }) => text === "Continue")) {
        this.#goOn(asked, message);
      }
    }
    return this.answers(asked).length + this.failures(asked).length > 0;
  }

  #goOn({ tag }: Asked, message: SeenMessage): void {
    const known = `${message.id}:${message.text}:${this.program.pid}`;
    if (this.#pressed.has(known)) return;
    this.#pressed.add(known);
    this.continued.set(tag, (this.continued.get(tag) ?? 0) + 1);
    // Not within the look at the world that found it.
    queueMicrotask(() => this.stage.world.press(this.stage.chat, message.id, "Continue"));
  }

  #play(request: ReceivedRequest): Step {
    const tag = tagOf(request) ?? "nothing";
    const role = roleOf(request);
    const at = this.#gates.findIndex((gate) => gate.role === role && gate.tag === tag);
    const [gate] = at < 0 ? [] : this.#gates.splice(at, 1);
    const first = role === "developer" ? this.#first.get(tag) : undefined;
    if (first !== undefined) this.#first.delete(tag);
    const line = this.#changes(role, tag, request)
      ? { command: `echo ${tag} >>${tag}.txt` }
      : { message: this.#line(role, tag) };
    const isSlow = this.slow && "message" in line;
    const then = first ?? (isSlow ? { ...line, pauseMs: PIECE_PAUSE_MS } : line);
    return gate === undefined ? then : { until: gate.open, then };
  }

  /** Whether the developer changes a file now: a reviewer looks at changes only. */
  #changes(role: RoleName, tag: string, { toolOutputs }: ReceivedRequest): boolean {
    return role === "developer" && this.#modeOf(tag) === "plan" && toolOutputs.length === 0;
  }

  #line(role: RoleName, tag: string): string {
    switch (role) {
      case "selector":
        return JSON.stringify({ mode: this.#modeOf(tag), reason: "as asked" });
      case "planner":
        return `the plan for ${tag}`;
      case "developer":
        return `done ${tag}`;
      case "reviewer":
        return JSON.stringify({ verdict: "approved", summary: "good", findings: [] });
    }
  }

  #modeOf(tag: string): Mode {
    return this.asked.find((asked) => asked.tag === tag)?.mode ?? "single";
  }
}

/** Finds the request of a turn: the newest one in its conversation. */
function tagOf({ lastUserText }: ReceivedRequest): string | undefined {
  return lastUserText.match(TAG)?.at(-1);
}

function roleOf({ developerText }: ReceivedRequest): RoleName {
  const role = /You are the (selector|planner|reviewer) of a coding team/.exec(developerText)?.[1];
  switch (role) {
    case "selector":
    case "planner":
    case "reviewer":
      return role;
    default:
      return "developer";
  }
}

export { TOKEN };
