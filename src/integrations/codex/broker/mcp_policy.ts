/** Holds what the application asks of `codex mcp-server`: two tools, within the rights of a profile. */
import { type FolderPolicy, takesAway } from "./folder_policy.ts";
import { fieldsOf, onlyKeys, type Refusal } from "./request_policy.ts";

type Fields = Readonly<Record<string, unknown>>;

const CODEX_KEYS = [
  ...["prompt", "cwd", "sandbox", "approval-policy", "model", "config", "developer-instructions"],
  ...["base-instructions"],
];
const REPLY_KEYS = ["prompt", "threadId", "conversationId"];
export function mcpRefusal(method: string, params: Fields, folders: FolderPolicy): Refusal {
  switch (method) {
    case "initialize":
    case "ping":
    case "tools/list":
      return undefined;
    case "tools/call":
      return toolRefusal(params, folders);
    default:
      return "is nothing that this program asks";
  }
}

function toolRefusal({ name, arguments: given }: Fields, folders: FolderPolicy): Refusal {
  const asked = fieldsOf(given);
  switch (name) {
    case "codex-reply":
      // It knows conversations of this process alone.
      return onlyKeys(asked, REPLY_KEYS);
    case "codex": {
      const { cwd, sandbox, "approval-policy": approvalPolicy, config } = asked;
      // The server does not know "untrusted"; the next one is used in its place.
      const asks = approvalPolicy === "on-request" ? "untrusted" : approvalPolicy;
      return onlyKeys(asked, CODEX_KEYS) ?? configRefusal(fieldsOf(config)) ??
        folders.thread({ cwd, sandbox, approvalPolicy: asks, config: undefined });
    }
    default:
      return "calls another tool";
  }
}

/** Overrides may switch features off, and name the effort. */
function configRefusal(config: Fields): Refusal {
  const isFree = ([key, value]: readonly [string, unknown]): boolean =>
    takesAway(key, value) ||
    (key === "model_reasoning_effort" && typeof value === "string");
  return Object.entries(config).every(isFree) ? undefined : "changes the configuration";
}
