import { OUTCOME_TEXTS } from "../../core/run/outcome_texts.ts";
import { EN_WORDS } from "../../core/run/run_words.ts";
import type { Texts } from "./texts.ts";

export const EN: Texts = {
  units: EN_WORDS.units,
  run: {
    ...EN_WORDS.run,
    stopping: "Stopping",
    continued: "An earlier chat began this; it goes on.",
    suspended: "The program is stopping. This is taken up at the next start.",
    queued: (position) => position === 1 ? "Waits: next in line" : `Waits: number ${position}`,
    waiting: (count) => count === 1 ? "1 request waits" : `${count} requests wait`,
    added: "added",
    interrupted:
      "An earlier chat ended while the developer was at work on this. Files may have been changed, so it is not run again by itself.",
    old: "This has waited since an earlier chat, a long time ago.",
    typed: (id) => `/continue ${id} goes on, /drop ${id} does not.`,
    ...OUTCOME_TEXTS.en,
    echo: "ECHO: no Codex is at work. Requests are only said back.",
  },
  approvals: {
    ...EN_WORDS.question,
    choices: ["allow once", "allow for this session", "deny", "deny and stop"],
    prompt: "1-4 and Enter",
    notUnderstood: "Type 1, 2, 3 or 4, then Enter; commands such as /cancel work, too.",
    decided: {
      accept: "Allowed once",
      "accept-for-session": "Allowed for this session",
      decline: "Denied",
      cancel: "Denied and stopped",
    },
    timedOut: "Denied, as no answer came in time",
    nobody: "Denied: nobody can be asked here. Start the chat in a terminal to be asked.",
    noLongerNeeded: "No longer needed",
  },
  notices: {
    sessionSetAside: (file) =>
      `The record of this conversation was damaged. It was set aside as ${file}, and a new one begins.`,
    sessionNotKept: (reason) =>
      `The answer is not in the record of this conversation, the next request will not know it: ${reason}`,
    notReady: (reason) => `Codex is not ready: ${reason}`,
  },
};
