/**
 * Runs the real program against a Bot API server of our own on loopback, with a page in the browser
 * or the terminal as the chat. Needs no installation and no configuration.
 */
import { join } from "node:path";
import { runApp } from "../../app.ts";
import { startBotApiServer } from "../../demo/bot_api/server.ts";
import { LocalShell } from "../../demo/codex/local_shell.ts";
import { ScriptedCodex } from "../../demo/codex/scripted_codex.ts";
import { JobScript } from "../../demo/story/job.ts";
import { makeProject } from "../../demo/story/tally.ts";
import { mayBeTraced } from "../../integrations/telemetry/switched_on.ts";
import { createSystemClock } from "../../integrations/system_clock.ts";
import type { Language } from "../../texts/language.ts";
import { terminalLanguage } from "../process.ts";
import type { DemoOptions } from "./demo_messages.ts";
import type { DemoProcess, DemoSetting } from "./demo_process.ts";
import { chatInPage, chatInTerminal } from "./demo_chats.ts";
import { demoWork, projectFolder } from "./demo_work.ts";

/** Any id will do: the chat exists in this process only. */
const PERSON_ID = 1_000_001;
/** Slow enough to read along. */
const USUAL_PACE_MS = 1_100;
const BOT = { firstName: "Codex", username: "codex_demo_bot" };

type CreateCodex = NonNullable<Parameters<typeof runApp>[1]["createCodex"]>;

/**
 * Runs until the person ends it, or the signal aborts.
 * @throws {UserFacingError} when it cannot be shown
 */
export async function runDemo(process: DemoProcess, options: DemoOptions): Promise<void> {
  const clock = createSystemClock();
  const token = `${PERSON_ID}:${crypto.randomUUID().replaceAll("-", "")}`;
  const server = await startBotApiServer({ token, clock, botUser: BOT });
  const finished = new AbortController();
  const stop = AbortSignal.any([process.stop, finished.signal]);
  try {
    const account = { token, apiRoot: server.url, personId: PERSON_ID };
    const work = await demoWork(process, options, { ...account, clock });
    if (work.complaint !== undefined) process.print(`${work.complaint}\n`);
    const { world } = server;
    const person = world.createPerson({
      id: PERSON_ID,
      firstName: "You",
      languageCode: terminalLanguage(process.variables),
    });
    const setting = { world, person, process: { ...process, stop }, options, work, clock };
    const chat = (options.terminal ? chatInTerminal : chatInPage)(setting);
    const app = runWork(setting, stop);
    const end = (): void => finished.abort();
    // Neither is left at work in a folder that is about to go.
    await Promise.allSettled([app.finally(end), chat.finally(end)]);
    await Promise.all([app, chat]);
  } finally {
    finished.abort();
    await server.close();
  }
}

/** Makes what the work is about, and runs the program until the signal aborts. */
async function runWork(setting: DemoSetting, stop: AbortSignal): Promise<void> {
  const { process, options, work } = setting;
  if (work.by === "script") {
    await Deno.mkdir(temporaryFolder(process.folder));
    await makeProject(projectFolder(process), shellOf(process), process.git);
  }
  if (stop.aborted) return;
  await runApp(work.config, {
    variables: process.variables,
    version: process.version,
    verbose: false,
    traced: mayBeTraced(process.variables),
    write: options.verbose ? process.print : () => {},
    ...(work.by === "script" ? { createCodex: scripted(setting) } : {}),
  }, stop);
}

/** Commands see the demo's own folders alone: no configuration of the person's git, no secrets. */
function shellOf({ shell = "sh", folder, variables: { PATH = "" } }: DemoProcess): LocalShell {
  const temporary = temporaryFolder(folder);
  return new LocalShell(shell, { PATH, HOME: folder, TMPDIR: temporary, LANG: "C.UTF-8" });
}

function temporaryFolder(folder: string): string {
  return join(folder, "tmp");
}

/**
 * The chat's language, as its menu of commands has it: a person can change it in the chat. Until the
 * bot has set the menu, what it says tells, or the language of the person.
 */
function shownLanguage({ world, person }: DemoSetting): Language {
  const chat = world.privateChat(person);
  const now = world.personNow(person);
  const menu = world.commandsFor(chat, now);
  if (menu.some(({ description }) => HANGUL.test(description))) return "ko";
  const said = world.botMessages(chat).at(-1)?.text;
  const isKorean = now.languageCode === "ko" && (said === undefined || HANGUL.test(said));
  return isKorean ? "ko" : "en";
}

const HANGUL = /\p{Script=Hangul}/u;

function scripted(setting: DemoSetting): CreateCodex {
  const { world, person, process, options, work } = setting;
  const chat = world.privateChat(person);
  return ({ clock, log, workspace, redact = (text) => text }) => {
    if (workspace === undefined) throw new Error("The demo records its project");
    return new ScriptedCodex({
      script: new JobScript({
        language: () => shownLanguage(setting),
        send: (text) => void world.send(chat, { text, from: world.personNow(person) }),
      }),
      shell: shellOf(process),
      paceMs: options.paceMs ?? USUAL_PACE_MS,
      limits: work.config.codex,
      workspace,
      clock,
      log,
      redact,
    });
  };
}
