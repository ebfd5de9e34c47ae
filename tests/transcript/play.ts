/** Plays the recorded run: the real program, a real Codex, a scripted model and a person. */
import { join } from "node:path";
import { textsFor } from "../../src/texts/texts.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { scriptRoles } from "../e2e/plan_script.ts";
import { Stage } from "../e2e/stage.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { Recorder } from "./recorder.ts";
import { type Recording, renamed } from "./recording.ts";
import { FILES } from "./story/project.ts";
import { storyTurns } from "./story/turns.ts";
import type { Words } from "./story/words.ts";
import { NEWEST } from "../support/codex_versions.ts";

/** How long the person takes to decide. */
const DECIDING_MS = 6_000;
/** Leaves time for the last messages. */
const AFTERMATH_MS = 3_000;
const TIMEOUT_MS = 180_000;

/** Called at moments of the run, which waits for each. */
interface PlayHooks {
  readonly begin?: (stage: Stage) => Promise<void>;
  readonly asking?: () => Promise<void>;
  /** At the end, before anything is torn down. */
  readonly done?: (stage: Stage) => Promise<void>;
}

/** @throws {Error} when the run differs from its script */
export async function play(words: Words, hooks: PlayHooks = {}): Promise<Recording> {
  await using stage = await Stage.set({
    codex: NEWEST,
    backend: "app-server",
    pace: USUAL_PACE,
  });
  await createProject(stage.workspace);
  const person = { ...stage.owner, firstName: words.person, languageCode: words.language };
  stage.world.createPerson(person);
  await stage.start();
  await hooks.begin?.(stage);
  using recorder = new Recorder(stage.world, stage.chat);
  scriptRoles(stage.model, storyTurns(words, (moment) => recorder.mark(moment)));

  const request = stage.world.send(stage.chat, { text: words.request, from: person }).id;
  const labels = textsFor(words.language).approvals;
  const question = await said(
    stage,
    ({ buttons }) => buttons.flat().some(({ text }) => text === labels.accept),
  );
  await pause(DECIDING_MS);
  recorder.mark("asking");
  await hooks.asking?.();
  stage.world.press(stage.chat, question.id, labels.accept, person);
  await said(
    stage,
    ({ replyTo, text, silent }) => replyTo === request && !silent && text.includes("jq .total"),
  );
  if (!stage.model.requests.some(({ toolOutputs }) => /3 passed/.test(toolOutputs.at(-1) ?? ""))) {
    throw new Error("The answer says that three tests pass, and they did not");
  }
  await pause(AFTERMATH_MS);
  recorder.mark("done");
  await hooks.done?.(stage);
  return renamed(recorder.recording(), stage.workspace, "~/tally");
}

function said(stage: Stage, fits: (message: SeenMessage) => boolean): Promise<SeenMessage> {
  return stage.world.waitForMessage(stage.chat, fits, { timeoutMs: TIMEOUT_MS });
}

async function createProject(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await git(folder, "config", "user.name", "Ann");
  await git(folder, "config", "user.email", "ann@example.com");
  await git(folder, "add", ".");
  await git(folder, "commit", "--quiet", "--message=feat: tally");
}

async function git(folder: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", { args, cwd: folder }).output();
  if (!success) throw new Error(`git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
