import { EN_WORDS, OUTCOME_TEXTS, TALK_EN } from "./run_texts.ts";
import { FILES_EN, RECORDS_EN } from "./record_texts.ts";
import { DELIVERY_EN, GROUP_EN, LANGUAGE_EN, PROFILE_EN, SETUP_EN } from "./telegram_texts.ts";
import { HELP_EN } from "./help_texts.ts";
import { MACHINES_EN, TROUBLE_EN } from "./trouble_texts.ts";
import { CODEX_EN } from "./session_texts.ts";
import type { Texts } from "./texts.ts";

export const EN: Texts = {
  groups: GROUP_EN,
  talk: TALK_EN,
  help: HELP_EN,
  records: RECORDS_EN,
  files: FILES_EN,
  machines: MACHINES_EN,
  trouble: TROUBLE_EN,
  units: EN_WORDS.units,
  language: LANGUAGE_EN,
  delivery: DELIVERY_EN,
  profile: PROFILE_EN,
  setup: SETUP_EN,
  commands: {
    menu: {
      status: "Session, running stage, queue and Codex",
      mode: "single = answer at once, plan = plan, develop, review",
      profile: "list = show the profiles, NAME = use one",
      model: "Which model works, and another one",
      effort: "How hard the model thinks",
      resume: "Go on with an earlier conversation of this folder",
      usage: "Tokens of this conversation, limits of the account",
      cancel: "Stop what runs; with all also what waits",
      log: "The last steps; with all the whole log as a file",
      diff: "What changed in this conversation; with last only lately",
      file: "PATH: send me a file of the working directory",
      steer: "TEXT: add to what Codex is working on",
      queue: "What runs and what waits",
      retry: "Run the last request again",
      new: "Start a new conversation",
      language: "Speak English or Korean: en, ko",
      rich: "Answers with real headings and tables: on, off",
      help: "Everything this bot can do",
    },
    greeting: "Codex at your service",
    whatIDo:
      "Write what you want done. Codex works on my machine, in the folder below, and the answer comes back here.",
    modeUsage: "Usage: /mode single or /mode plan",
    modeIs: (mode) => `The mode is ${mode}.`,
    modeSet: (mode) => `The mode is ${mode} now.`,
    modeMeaning: {
      single: "One developer answers at once.",
      plan: "A selector decides; what deserves it is planned, developed and reviewed.",
    },
    fromNextRequest: "It counts from the next request on.",
    newSession: "A new conversation begins: plan mode, the default profile, nothing chosen.",
    takesNoWords: (command) =>
      `${command} takes no words behind it. Send it alone, and what you want done as a message of its own. Nothing was done.`,
    stopped: (stage) => `Stopping: ${stage}.`,
    dropped: (count) =>
      count === 1 ? "1 waiting request dropped." : `${count} waiting requests dropped.`,
    remaining: (count) =>
      count === 1
        ? "1 waiting request goes on now; `/cancel all` drops it."
        : `${count} waiting requests go on now; \`/cancel all\` drops them.`,
    nothingToCancel: "There is no running task to cancel.",
    onlyInTopics: "There is no running task to cancel here. In topics of this chat:",
    cancelUsage: "Usage: /cancel stops what runs, /cancel all also drops what waits",
    profileUsage: "Usage: /profile list or /profile NAME",
    profileSet: (name) => `The profile is ${name} now.`,
    unknownProfile: (name) => `There is no profile "${name}". These exist:`,
    continueUsage: "Usage: /continue or /drop, with the ID from the message if there are several",
    nothingOffered: "Nothing waits for your word.",
    whichOffered: "Several requests wait for your word; name one:",
    unknownOffer: (id) => `No request with the ID "${id}" waits for your word.`,
    approvalUsage: "Usage: /approve ID or /deny ID, with the ID from the question",
    openApprovals: "Open now, to be copied:",
    unknownApproval: (id) => `No open question has the ID "${id}".`,
    failed: (reason) => `That did not work: ${reason}`,
  },
  codex: CODEX_EN,
  status: {
    title: "Status",
    profilesTitle: "Profiles",
    mode: "Mode",
    profile: "Profile",
    model: "Model",
    folder: "Folder",
    rights: "Sandbox",
    lastRun: "Last run",
    review: "Review",
    now: "Now",
    queue: "Queue",
    codex: "Codex",
    process: "Process",
    lastError: "Last error",
    waitsForDecision: (ids) => `✋ waits for your decision (/approve or /deny ${ids})`,
    codexDefault: "Codex's own",
    idle: "idle",
    none: "none",
    ready: "ready",
    notReady: "not ready",
    uptime: (time) => `up ${time}`,
    restarts: (count) => count === 1 ? "1 restart" : `${count} restarts`,
    outcome: { ok: "ok", error: "failed", cancelled: "stopped" },
    lastRunFacts: (latency, age) => `in ${latency}, ${age} ago`,
    waiting: (count) => count === 1 ? "1 request waits" : `${count} requests wait`,
    offered: (count) =>
      count === 1 ? "1 waits for your word (/continue, /drop)" : `${count} wait for your word`,
    isDefault: "default",
    isActive: "active",
  },
  refusals: {
    notAllowed: (userId) =>
      `You are not allowed to use this bot. Your id is ${userId}. If this is your bot, put it into allowed_users under [telegram] in conf.toml and start the program again.`,
    emptyText: "There is nothing in it for me to work on. Write what you want done.",
    staleButton: "This button is no longer valid.",
    notYours: "Only the person who asked can decide this.",
    echo:
      "⚠️ ECHO: no Codex is at work. Requests are only said back, so that you can see how it goes.",
    notReady: (reason) => `⚠️ Codex is not ready: ${reason}`,
  },
  run: {
    ...EN_WORDS.run,
    queued: (position) =>
      position === 1 ? "Waiting: next in line" : `Waiting: number ${position} in line`,
    interrupted: "Interrupted: the program was stopped while the developer was at work on this.",
    interruptedMore:
      "Files may have been changed, so it is not run again by itself. Go on, or drop it?",
    old: "This has waited since before the program was off for a long time.",
    oldMore: "Is it still wanted?",
    continueIt: "Continue",
    dropIt: "Drop",
    typed: (id) => `Or type \`/continue ${id}\` or \`/drop ${id}\``,
    suspended: "The program is stopping. This is taken up at the next start.",
    continued: "The program was started again; this goes on.",
    perhapsRepeated: "🔁 Sent again after a broken connection, perhaps you have it already:",
    waitingForApproval: "Waiting for your decision",
    cancel: "Cancel",
    ...OUTCOME_TEXTS.en,
    failedBecause: (reason) => `This did not work: ${reason}`,
    runId: (id) => `run ${id}`,
    wholeAnswerInFile: (name) => `The whole answer is in ${name}`,
  },
  notices: {
    sessionSetAside: (file) =>
      `The record of our conversation was damaged. It was set aside as ${file}, and a new one begins.`,
    sessionNotKept: (reason) =>
      `The answer is not in the record of our conversation, the next request will not know it: ${reason}`,
    databaseSetAside: (file) =>
      `The database was damaged. It was set aside as ${file}, and a new one begins: what waited or ran in it is not known any more.`,
    cannotStore: (reason) =>
      `I cannot store this now: ${reason}. It starts by itself as soon as that is possible again; you need not send it again.`,
    givenUp:
      "I failed at this message several times and leave it now. The program's log says why; you may send it again.",
  },
  approvals: {
    ...EN_WORDS.question,
    wholeInFile: (name) => `The whole of it is in ${name}`,
    accept: "Allow once",
    acceptForSession: "Allow for this session",
    decline: "Deny",
    cancel: "Deny and stop",
    typed: (id) => `Or type \`/approve ${id}\` or \`/deny ${id}\``,
    decided: {
      accept: (who) => `✅ Allowed once by ${who}`,
      "accept-for-session": (who) => `✅ Allowed for this session by ${who}`,
      decline: (who) => `⛔ Denied by ${who}`,
      cancel: (who) => `⏹ Denied and stopped by ${who}`,
    },
    timedOut: (duration) => `⌛ Denied, as no answer came within ${duration}`,
    expires: "Expires",
    noLongerNeeded: "No longer needed.",
    expired:
      "⌛ Expired: the program was started again before an answer came. Codex asks anew if it has to.",
  },
};
