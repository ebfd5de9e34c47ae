import { PUBLISHER } from "../../src/core/publisher.ts";

/**
 * How each block of shell commands in the documents is held. A block is known by one line of its
 * own; a new block has to be entered here.
 */
export type Held =
  /** Run as it stands, from a new home, and it must succeed. */
  | { readonly by: "run"; readonly leaves?: readonly string[] }
  /** The file whose tests start the same command and look at what it does. */
  | { readonly by: "test"; readonly file: string }
  /** Cannot be run in a test, for this reason; its syntax is checked. */
  | { readonly by: "syntax"; readonly because: string };

const FETCHED_SCRIPT: [string, Held] = [
  "/install.sh | sh",
  { by: "test", file: "tests/release/install_script_test.ts" },
];

/** Part of a line of the block -> how it is held. */
export const BLOCKS: ReadonlyMap<string, Held> = new Map<string, Held>([
  ["task test:faults", { by: "syntax", because: "it runs for minutes, by itself" }],
  ["task test", { by: "syntax", because: ".ci/run reads this command here and runs it" }],
  ["task demo", { by: "test", file: "tests/demo/page_browser_test.ts" }],
  ["task start init", { by: "test", file: "tests/e2e/init_test.ts" }],
  ["codex-orchestrator init", { by: "test", file: "tests/e2e/init_test.ts" }],
  ["printf 'TELEGRAM_BOT_TOKEN", { by: "run", leaves: [".codex-orchestrator/.env"] }],
  ["codex-orchestrator.before-upgrade", { by: "test", file: "tests/release/upgrading_test.ts" }],
  ["-u codex-orchestrator -n 20", { by: "syntax", because: "it needs the service at work" }],
  ["task release:npm", { by: "test", file: "tests/release/publishing_test.ts" }],
  ["task notes v", { by: "test", file: "tests/release/notes_test.ts" }],
  ["--listen unix://", {
    by: "test",
    file: "tests/e2e/remote_machines_test.ts",
  }],
  ["StreamLocalBindUnlink", { by: "syntax", because: "it needs another machine with ssh" }],
  ["--ws-auth capability-token", { by: "test", file: "tests/e2e/remote_machines_test.ts" }],
  ["sha256sum --check", { by: "test", file: "tests/release/compile_test.ts" }],
  ["gh attestation verify", { by: "syntax", because: "it needs a release that is published" }],
  ["cp -a ~/.codex-orchestrator", { by: "run", leaves: [".codex-orchestrator.before/.env"] }],
  ["chmod -f 600", { by: "run" }],
  ["export OTEL_TRACES_SAMPLER", { by: "test", file: "tests/e2e/telemetry_test.ts" }],
  ["docs/examples/collector.ts", {
    by: "syntax",
    because:
      "it listens until it is stopped; tests/e2e/telemetry_test.ts collects with the same file",
  }],
  ["task start permissions", { by: "run" }],
  ["curl -sS --config -", { by: "syntax", because: "it logs a real bot out" }],
  ["codex-orchestrator service install", { by: "test", file: "tests/cli/service/service_test.ts" }],
  ["trace report last", { by: "test", file: "tests/cli/trace_command_test.ts" }],
  ["trace list", { by: "test", file: "tests/cli/trace_command_test.ts" }],
  ["trace show last", { by: "test", file: "tests/cli/trace_command_test.ts" }],
  ["trace tail", { by: "test", file: "tests/e2e/trace_command_test.ts" }],
  ["codex-orchestrator doctor", { by: "test", file: "tests/cli/doctor/doctor_test.ts" }],
  ["--token-file ~/telegram-token", { by: "test", file: "tests/cli/init/init_test.ts" }],
  ["chat --new --profile fast", { by: "test", file: "tests/e2e/terminal_test.ts" }],
  ["| codex-orchestrator chat --cd", { by: "test", file: "tests/e2e/terminal_test.ts" }],
  ["completion bash", { by: "test", file: "tests/cli/program_test.ts" }],
  // Once somebody publishes, the documents say how the script is fetched.
  ...(PUBLISHER === undefined ? [] : [FETCHED_SCRIPT]),
  ["launchctl bootout", { by: "syntax", because: "it needs macOS" }],
]);
