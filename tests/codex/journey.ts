/**
 * Plays one journey through the whole program with one release of Codex, as a person would: all that
 * it does and sees is in the chat, in the working folder, or told to the scripted model.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Stage } from "../e2e/stage.ts";
import { type Ability, type Outcome, type Release, WORKS } from "../support/codex_versions.ts";
import { commandsLeft, goal, limits, model, subAgents, toolOfServer } from "./codex_parts.ts";
import { type Part, TELLING_ALL } from "./part.ts";
import { cancelling, picture, planRun, restart, steering } from "./request_parts.ts";

const PARTS: readonly Part[] = [
  { abilities: ["status", "approval", "patch", "plan", "diff"], play: planRun },
  { abilities: ["steer"], play: steering },
  { abilities: ["picture"], play: picture },
  { abilities: ["cancel"], play: cancelling },
  { abilities: ["restart"], play: restart },
  { abilities: ["model"], play: model },
  { abilities: ["limits"], play: limits },
  { abilities: ["agents"], play: subAgents },
  { abilities: ["commands"], play: commandsLeft },
  { abilities: ["goal"], play: goal },
  { abilities: ["tool"], play: toolOfServer },
  { abilities: ["quiet", "end"], play: end },
];

const NO_PROCESS_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

export type Result =
  | { readonly outcome: Outcome; readonly failure?: never }
  | { readonly outcome?: never; readonly failure: string };
export type Results = Readonly<Partial<Record<Ability, Result>>>;

/** One journey; what it has started ends with it, also when it is left in the middle. */
export class Journey implements AsyncDisposable {
  readonly #release: Release;
  #stage: Stage | undefined;

  constructor(release: Release) {
    this.#release = release;
  }

  /**
   * Plays all parts. One that fails costs the rest of itself, and the next one begins anew; what was
   * not reached is missing from the results.
   */
  async play(): Promise<Results> {
    const results: Partial<Record<Ability, Result>> = {};
    for (const part of PARTS) {
      const left = [...part.abilities];
      try {
        this.#stage ??= await begin(this.#release);
      } catch (error) {
        results[part.abilities[0]] = failureOf(error);
        return results;
      }
      try {
        for await (const outcome of part.play(this.#stage, this.#release)) {
          const ability = left.shift();
          assert.ok(ability !== undefined, "a part has as many outcomes as abilities");
          results[ability] = { outcome };
        }
        assert.deepEqual(left, [], "a part has as many outcomes as abilities");
      } catch (error) {
        const [failed] = left;
        if (failed !== undefined) results[failed] = failureOf(error);
        await this[Symbol.asyncDispose]();
      }
    }
    return results;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stage = this.#stage;
    this.#stage = undefined;
    await stage?.[Symbol.asyncDispose]();
  }
}

function failureOf(error: unknown): Result {
  return { failure: error instanceof Error ? error.message : String(error) };
}

async function begin({ version, protocol }: Release): Promise<Stage> {
  const stage = await Stage.set({
    codex: version,
    backend: protocol,
    // As it is by default for the models that know how to use it.
    features: ["multi_agent_v2"],
  });
  try {
    // Codex names files from the root of their repository.
    await Deno.mkdir(join(stage.workspace, ".git"));
    await stage.start(...TELLING_ALL);
    return stage;
  } catch (error) {
    await stage[Symbol.asyncDispose]();
    throw error;
  }
}

async function* end(stage: Stage): AsyncGenerator<Outcome, void> {
  const unheard = stage.output.split("\n").filter((line) =>
    / codex\.(?:notice\.unknown|notification\.unreadable|question\.unreadable|line\.skipped) /
      .test(line)
  );
  const lines = [...new Set(unheard.map((line) => line.replace(/^\S+ /, "")))];
  assert.ok(lines.length === 0, `Codex said what is unknown: ${lines.join("; ")}`);
  yield WORKS;

  assert.equal(await stage.stop(), 0, "the program ends with 0");
  const givenUpAt = performance.now() + NO_PROCESS_WITHIN_MS;
  for (;;) {
    const left = await processesOf(stage.home);
    if (left === "") break;
    assert.ok(performance.now() < givenUpAt, `These processes are left:\n${left}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  yield WORKS;
}

/**
 * Lists the processes that have the folder in their environment, on Linux, a line each. Deno itself
 * may read the environment of others with all permissions only.
 */
async function processesOf(folder: string): Promise<string> {
  const script = 'for each in $(grep -lsaF -- "$1" /proc/[0-9]*/environ); do ' +
    'tr "\\0" " " < "${each%environ}cmdline" && echo; done 2>/dev/null; true';
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script, "sh", folder] }).output();
  return new TextDecoder().decode(stdout).trim();
}
