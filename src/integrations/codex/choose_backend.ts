/** Which protocol to speak with a Codex of a given version. */
import { CodexError } from "../../core/errors.ts";
import { type CodexVersion, isAtLeast } from "./version.ts";

/** The first release whose app-server this program was tried with. */
export const APP_SERVER_SINCE = [0, 140, 0] as const;
/** `codex-reply` knows its conversation by `threadId` since about here. */
const MCP_SINCE = [0, 80, 0] as const;
/** `codex mcp-server` is gone from here on. */
const MCP_UNTIL = [0, 154, 0] as const;

const UPDATE = "Update Codex with `npm install -g @openai/codex@latest`";

export interface ChosenBackend {
  readonly kind: "app-server" | "mcp";
  /** For the log: why this one. */
  readonly reason: string;
}

/** @throws {CodexError} `no-subcommand` or `too-old`, when this Codex cannot do what is wanted */
export function chooseBackend(
  choice: "auto" | "app-server" | "mcp",
  version: CodexVersion,
): ChosenBackend {
  switch (choice) {
    case "mcp":
      return chosenMcp(version);
    case "app-server":
      if (!isAtLeast(version, APP_SERVER_SINCE)) throw tooOld(version, APP_SERVER_SINCE);
      return { kind: "app-server", reason: 'codex.backend = "app-server"' };
    case "auto":
      if (isAtLeast(version, APP_SERVER_SINCE)) {
        return { kind: "app-server", reason: `Codex ${version.text} has the app-server` };
      }
      if (!isAtLeast(version, MCP_SINCE)) throw tooOld(version, APP_SERVER_SINCE);
      return { kind: "mcp", reason: `Codex ${version.text} is too old for the app-server` };
  }
}

function chosenMcp(version: CodexVersion): ChosenBackend {
  if (isAtLeast(version, MCP_UNTIL)) {
    throw new CodexError(
      "no-subcommand",
      `Cannot use codex.backend = "mcp": Codex ${version.text} has no mcp-server any more`,
      { remedy: 'Set codex.backend = "auto", or install @openai/codex@0.153.4' },
    );
  }
  if (!isAtLeast(version, MCP_SINCE)) throw tooOld(version, MCP_SINCE);
  return { kind: "mcp", reason: 'codex.backend = "mcp"' };
}

/** The error for a Codex of that version. */
export function tooOld({ text }: CodexVersion, since: readonly number[]): CodexError {
  return new CodexError(
    "too-old",
    `Cannot use Codex ${text}: it is too old, ${since.join(".")} is needed`,
    { remedy: UPDATE },
  );
}
