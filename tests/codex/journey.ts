/**
 * Plays one journey through the whole program with one release of Codex, as a person would: all that
 * it does and sees is in the chat, in the working folder, or told to the scripted model.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../src/config/file_access.ts";
import { scriptRoles } from "../e2e/plan_script.ts";
import { Stage } from "../e2e/stage.ts";
import { type Ability, type Outcome, type Release, WORKS } from "../support/codex_versions.ts";
import { type ReceivedRequest, scriptInOrder, type Step } from "../support/responses_api.ts";

const PLAN: Step = { message: '{"mode":"plan","reason":"several files"}' };
const CHANGES: Step = {
  message: '{"verdict":"needs_changes","summary":"Greet the world",' +
    '"findings":[{"severity":"major","file":"greeting.txt","message":"no world"}]}',
};
const APPROVED: Step = { message: '{"verdict":"approved","summary":"good","findings":[]}' };
const ADDED: Step = {
  patch: "*** Begin Patch\n*** Add File: greeting.txt\n+hello\n*** End Patch\n",
};
const EXTENDED: Step = {
  patch: "*** Begin Patch\n*** Update File: greeting.txt\n@@\n hello\n+world\n*** End Patch\n",
};

/** One red dot. */
const PNG = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  ),
  (character) => character.charCodeAt(0),
);

const NO_PROCESS_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** Makes the log tell what the program passes over. */
const TELLING_ALL = ["--verbose"];

/** A new thread is told the recent history in front of the words. */
const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText.endsWith(text);

/** A stretch of the journey that needs nothing of the ones before it. */
interface Part {
  /** In the order in which `play` yields their outcomes. */
  readonly abilities: readonly [Ability, ...Ability[]];
  readonly play: (stage: Stage, release: Release) => AsyncGenerator<Outcome, void>;
}

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
  { abilities: ["quiet", "end"], play: end },
];

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

async function* planRun(
  stage: Stage,
  { version, protocol }: Release,
): AsyncGenerator<Outcome, void> {
  const outside = join(stage.home, "made");
  scriptRoles(stage.model, {
    selector: [[PLAN]],
    planner: [[{ message: "Write it, then have it read." }]],
    developer: [
      [
        { command: `touch ${outside}`, escalated: "It lies outside" },
        ADDED,
        { message: "first candidate" },
      ],
      [EXTENDED, { message: "second candidate" }],
    ],
    reviewer: [[CHANGES], [APPROVED]],
  });
  const request = stage.say("write a greeting");
  const question = await stage.reply(request, /Codex wants to run a command/);
  for (const part of [`touch ${outside}`, "It lies outside"]) {
    assert.ok(question.text.includes(part), `${part} in\n${question.text}`);
  }
  const status = await stage.ask("/status", /^Status/);
  const named = `Codex: ${protocol} ${version}, ready`;
  assert.ok(status.text.includes(named), `${named} in\n${status.text}`);
  yield WORKS;

  assert.equal(await exists(outside), false, "nothing runs before it is allowed");
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(request, /^second candidate$/);
  assert.equal(await exists(outside), true, "what was allowed has run");
  yield WORKS;

  const written = await Deno.readTextFile(join(stage.workspace, "greeting.txt"));
  assert.equal(written, "hello\nworld\n");
  const done = await stage.reply(request, /^✅ Done/);
  for (const part of ["1 file", "+2 −0"]) {
    assert.ok(done.text.includes(part), `${part} in\n${done.text}`);
  }
  yield WORKS;

  assert.match(done.text, /round 2\/3 · approved/);
  yield WORKS;

  const diff = await stage.ask("/diff", /^Changes · 1 file · \+2 −0/);
  for (const part of ["greeting.txt", "+hello", "+world"]) {
    assert.ok(diff.text.includes(part), `${part} in\n${diff.text}`);
  }
  yield WORKS;

  // From here on the agents say again what they were asked.
  stage.model.script({
    when: () => true,
    steps: ({ lastUserText }) => [{ message: `ok: ${lastUserText}` }],
  });
}

async function* steering(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  stage.model.script({ when: asks("paint it"), steps: [{ until, then: { message: "painted" } }] });
  const request = stage.say("paint it");
  await stage.model.received(asks("paint it"));
  await stage.reply(request, /Developing/);
  const steer = stage.say("/steer in green");
  const taken = (): boolean => stage.world.message(stage.chat, steer).reactions.includes("✍");
  const queued = (): boolean =>
    stage.world.botMessages(stage.chat).some(({ replyTo, text }) =>
      replyTo === steer && /takes nothing in while it works, so this is queued/.test(text)
    );
  await stage.world.waitFor(() => taken() || queued(), { what: "words taken or queued" });
  release();
  if (taken()) {
    const heard = await stage.model.received(asks("in green"));
    assert.ok(heard.userTexts.includes("paint it"), heard.userTexts.join("\n"));
    await stage.reply(request, /^ok: [\s\S]*in green$/);
    yield WORKS;
  } else {
    await stage.reply(request, /^painted$/);
    await stage.reply(steer, /^ok: [\s\S]*in green$/);
    yield "queued";
  }
}

async function* picture(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const shown = { name: "dot.png", mimeType: "image/png", bytes: PNG };
  const request = stage.world.send(stage.chat, { text: "what is this?", photo: shown }).id;
  const heard = await stage.model.received(({ lastUserText }) =>
    lastUserText.includes("what is this?")
  );
  await stage.reply(request, /^ok: /);
  assert.ok(heard.lastUserText.includes(join(stage.stateFolder, "inbox")), heard.lastUserText);
  const [image] = heard.images;
  if (image !== undefined) assert.match(image, /^data:image\/png;base64,/);
  yield image === undefined ? "by path" : WORKS;
}

async function* cancelling(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const never: Step = { until: new Promise(() => {}), then: { message: "never" } };
  stage.model.script({ when: asks("hang"), steps: [never] });
  const request = stage.say("hang");
  await stage.model.received(asks("hang"));
  const waiting = stage.say("after the stop");
  await stage.reply(waiting, /Queued · next/);
  await stage.ask("/cancel", /Stopping the current request/);
  await stage.reply(request, /^⏹ Stopped/);
  await stage.reply(waiting, /^ok: [\s\S]*after the stop$/);
  yield WORKS;
}

async function* restart(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  await stage.ask("the word is plum", /^ok: [\s\S]*the word is plum$/);
  const { developer_thread_id: before } = await stage.session();
  await stage.restart(...TELLING_ALL);
  await stage.ask("which word?", /^ok: [\s\S]*which word\?$/);
  const { developer_thread_id: after } = await stage.session();
  const heard = stage.model.requests.at(-1)?.userTexts ?? [];
  assert.match(heard.join("\n"), /the word is plum[\s\S]*which word\?/);
  yield heard.at(-1) === "which word?" && before === after ? WORKS : "retold";
}

async function* model(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const list = await stage.ask("/model", /^Model/);
  const other = list.buttons.flat().map(({ text }) => text)
    .find((label) => !label.startsWith("●") && label !== "As in the profile");
  if (other === undefined) {
    assert.match(list.text, /cannot list models/);
    await stage.ask("/model gpt-5.4", /Model set to gpt-5\.4/);
  } else {
    stage.world.press(stage.chat, list.id, other);
    await stage.world.waitForMessage(
      stage.chat,
      ({ id, text }) => id === list.id && text.includes(`Model set to ${other}`),
      { what: `the choice of ${other}` },
    );
  }
  await stage.ask("with another one", /^ok: [\s\S]*with another one$/);
  const used = stage.model.requests.at(-1)?.model;
  assert.equal(used, (await stage.session()).model);
  assert.notEqual(used, "gpt-5.5");
  await stage.ask("/model profile", /Back to the profile's model/);
  yield other === undefined ? "by name" : WORKS;
}

async function* limits(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  stage.model.script({
    when: asks("how much is left?"),
    steps: [{ message: "well" }],
    headers: {
      "x-codex-primary-used-percent": "42",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": String(Math.floor(Date.now() / 1_000) + 3_600),
    },
  });
  await stage.ask("how much is left?", /^well$/);
  const usage = await stage.ask("/usage", /^Tokens/);
  assert.match(usage.text, /42% used|cannot show account limits/);
  yield /42% used, resets in \d+ min/.test(usage.text) ? WORKS : "none";
}

async function* subAgents(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const made = join(stage.home, "made-by-helper");
  await stage.ask("which tools?", /^ok: [\s\S]*which tools\?$/);
  const tools = stage.model.requests.at(-1)?.tools ?? [];
  const isPlain = tools.includes("spawn_agent");
  if (!isPlain && !tools.includes("collaboration")) return yield "off";
  const call = (tool: string, parameters: Readonly<Record<string, unknown>>): Step => ({
    tool,
    ...(isPlain ? {} : { namespace: "collaboration" }),
    arguments: parameters,
  });
  const task = "paint the fence";
  const isHelper = ({ lastUserText, agentTexts }: ReceivedRequest): boolean =>
    lastUserText.endsWith(task) || (lastUserText === "" && agentTexts.join("\n").includes(task));
  scriptInOrder(stage.model, asks("have it painted"), [
    call("spawn_agent", { task_name: "painter", message: task, fork_turns: "none" }),
    call("wait_agent", { timeout_ms: 60_000 }),
    { message: "it is painted" },
  ]);
  scriptInOrder(stage.model, isHelper, [
    { command: `touch ${made}`, escalated: "The fence lies outside" },
    { message: "painted" },
  ]);
  const request = stage.say("have it painted");
  const question = await stage.reply(request, /Codex wants to run a command/);
  assert.match(question.text, /Sub-agent: painter/);
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(request, /^it is painted$/);
  assert.equal(await exists(made), true, "what the sub-agent was allowed has run");
  yield WORKS;
}

async function* commandsLeft(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const command = `sleep ${100_000 + Math.floor(Math.random() * 900_000)}`;
  stage.model.script({
    when: asks("leave it running"),
    steps: [{ command, yieldMs: 300 }, { message: "left" }],
  });
  await stage.ask("leave it running", /^left$/);
  const listed = await stage.ask("/ps", /./);
  if (listed.text.includes(command)) {
    await stage.ask("/stop", new RegExp(`^Stopped .*${command}`));
    yield WORKS;
  } else {
    assert.match(listed.text, /backend = "app-server"/);
    yield "none";
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

async function single(stage: Stage): Promise<void> {
  await stage.ask("/mode single", /Mode set to single/);
}
