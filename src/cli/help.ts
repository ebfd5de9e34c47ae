/** The text of `--help`. */
export const HELP = `codex-orchestrator: drive the Codex on this computer from Telegram

Usage: codex-orchestrator [--conf PATH] [--verbose]
       codex-orchestrator permissions [--conf PATH]

Commands:
  permissions      show what the program may read, write, reach and start, and run nothing

Options:
  --conf PATH      read the settings from PATH
  --verbose        log what Codex reports, too
  -V, --version    show the version
  -h, --help       show this text

Examples:
  codex-orchestrator
  codex-orchestrator --conf ~/bots/conf.toml --verbose
  codex-orchestrator permissions

Files:
  ~/.codex-orchestrator/conf.toml    settings; written with explanations when missing
                                     (CODEX_CONF_PATH or --conf name another file)
  .env                               TELEGRAM_BOT_TOKEN, in the folder of the start ...
  ~/.codex-orchestrator/.env         ... or here
  ~/.codex-orchestrator/state.db     what is waiting, at work or on its way
  ~/.codex-orchestrator/sessions/    conversations, one file for each person, chat and topic
  ~/.codex-orchestrator/traces/      what was asked and answered, one file for each day

Exit codes:
  0   ended as asked
  64  the command line was not understood
  70  something went wrong inside the program
  75  another instance is running, or a cause that may pass: try again later
  78  the configuration must be mended first
`;
