/** What stands below the commands in the help of the whole program. */
import type { Message } from "@optique/core/message";
import { EXIT_CODE_MEANINGS } from "../supervisor/exit_codes.ts";
import { footer } from "./syntax/footer.ts";

const EXAMPLES = [
  "codex-orchestrator                       answer on Telegram",
  "codex-orchestrator chat                  talk to Codex in this terminal",
  "codex-orchestrator init                  set it up",
  "codex-orchestrator doctor                see what is in order, what is not",
  "codex-orchestrator permissions           see what it may do before it does",
  "codex-orchestrator trace report last     make a page of the last run",
  "codex-orchestrator completion bash       print what your shell's profile needs",
];

const FILES = [
  "~/.codex-orchestrator/conf.toml   settings; written when missing",
  "                                  (CODEX_CONF_PATH or --conf name another)",
  ".env                              TELEGRAM_BOT_TOKEN, where it is started ...",
  "~/.codex-orchestrator/.env        ... or here",
  "~/.codex-orchestrator/state.db    what is waiting, at work or on its way",
  "~/.codex-orchestrator/sessions/   conversations, a file per person and chat",
  "~/.codex-orchestrator/terminal/   conversations of chat, a folder for each",
  "~/.codex-orchestrator/traces/     what the runs did, a file per day",
];

/** Examples, files and exit codes. */
export function helpFooter(): Message {
  const codes = EXIT_CODE_MEANINGS.map(([code, meaning]) => `${String(code).padEnd(4)}${meaning}`);
  return footer(
    { title: "Examples", lines: EXAMPLES },
    { title: "Files", lines: FILES },
    { title: "Exit codes", lines: codes },
  );
}
