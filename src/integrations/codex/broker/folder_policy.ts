/** Compares the rights that are asked for in a folder with those of the profiles that work there. */
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import type { CodexRights, FolderRights } from "./messages.ts";
import { REVIEW_PERMISSIONS } from "./review_permissions.ts";

/** Why something is refused; undefined = it is not. */
type Refusal = string | undefined;

const SANDBOXES = ["read-only", "workspace-write", "danger-full-access"];
/** What Codex's answers and commands call them. */
const SANDBOX_TYPES = ["readOnly", "workspaceWrite", "dangerFullAccess"];
/** From the one that asks most. */
const POLICIES = ["untrusted", "on-request", "never"];
const TEMPORARY_FOLDER = "/tmp";
const WORKSPACE_PROFILE = ":workspace";
const POLICY_KEYS = [
  ...["type", "writableRoots", "networkAccess", "excludeTmpdirEnvVar", "excludeSlashTmp"],
];

interface ThreadRights {
  readonly cwd: unknown;
  readonly sandbox: unknown;
  readonly approvalPolicy: unknown;
  readonly config: unknown;
}

export class FolderPolicy {
  readonly #rights: CodexRights;

  constructor(rights: CodexRights) {
    this.#rights = rights;
  }

  isInside(path: unknown, folder: string): boolean {
    if (typeof path !== "string" || !isAbsolute(path) || path.includes("\0")) return false;
    const way = relative(folder, resolve(path));
    return way === "" || (!/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way));
  }

  /** Whether it lies in a folder in which a profile works. */
  isKnown(path: unknown): boolean {
    return this.#at(path).length > 0;
  }

  /** Whether it is a folder in which a profile works. */
  isWorkingFolder(path: unknown): boolean {
    return this.#whichAre(path).length > 0;
  }

  /**
   * Whether it is the folder of Codex's records, or the record of one working folder. What lies deeper
   * may be a link to anywhere, put there by a command.
   */
  isRecord(path: unknown): boolean {
    const { workspaces } = this.#rights;
    return typeof path === "string" &&
      (path === workspaces || path === join(workspaces, basename(path)));
  }

  /** Holds what a thread is started or resumed with. */
  thread({ cwd, sandbox, approvalPolicy, config }: ThreadRights): Refusal {
    const known = this.#whichAre(cwd);
    if (known.length === 0) return "works in a folder of no profile";
    if (!POLICIES.includes(String(approvalPolicy))) return "has another approval policy";
    if (sandbox === undefined) {
      // With permissions of its own, which are those of a reviewer, it takes no sandbox.
      return config === undefined || !("permissions" in Object(config))
        ? "has no sandbox"
        : undefined;
    }
    return this.#within(known, SANDBOXES.indexOf(String(sandbox)), approvalPolicy);
  }

  /** Holds overrides of Codex's configuration to those that take something away. */
  config(config: unknown): Refusal {
    if (config === undefined) return undefined;
    const overrides: Record<string, unknown> = { ...Object(config) };
    const others = Object.entries(overrides).filter(([key, value]) => !takesAway(key, value));
    if (others.length === 0) return undefined;
    return isSame(Object.fromEntries(others), REVIEW_PERMISSIONS)
      ? undefined
      : "changes the configuration";
  }

  /** Holds what Codex says that a thread may do. */
  given(type: unknown, cwd: unknown, approvalPolicy: unknown): Refusal {
    if (type === "readOnly") return undefined;
    const rank = SANDBOX_TYPES.indexOf(String(type));
    return this.#within(this.#at(cwd), rank, approvalPolicy);
  }

  #within(known: readonly FolderRights[], rank: number, approvalPolicy: unknown): Refusal {
    if (rank < 0) return "has another sandbox";
    const fits = known.filter(({ sandbox }) => SANDBOXES.indexOf(sandbox) >= rank);
    if (fits.length === 0 && rank > 0) return "has more rights than a profile there";
    // Within a sandbox, asking less means less rights; without one, it means more.
    const isFree = rank === SANDBOXES.indexOf("danger-full-access");
    const asks = POLICIES.indexOf(String(approvalPolicy));
    const least = Math.max(...fits.map((rights) => POLICIES.indexOf(rights.approvalPolicy)));
    return isFree && asks > least ? "asks less than a profile there" : undefined;
  }

  /** Holds the sandbox of a single command. */
  policy(
    policy: Readonly<Record<string, unknown>>,
    cwd: unknown,
    granted: { readonly network: boolean; readonly roots: ReadonlySet<string> },
  ): Refusal {
    const { type, writableRoots = [], networkAccess = false } = policy;
    if (Object.keys(policy).some((key) => !POLICY_KEYS.includes(key))) return "has another sandbox";
    const hasNetwork = networkAccess !== false;
    switch (type) {
      case "readOnly":
        return hasNetwork ? "reaches the network" : undefined;
      case "workspaceWrite": {
        if (hasNetwork && !granted.network) return "reaches the network";
        const roots: readonly unknown[] = Array.isArray(writableRoots)
          ? writableRoots
          : [undefined];
        const places = [...roots, ...(cwd === undefined ? [] : [cwd])];
        const isAllowed = (path: unknown): boolean =>
          this.isRecord(path) || this.#mayWrite(path) || granted.roots.has(String(path));
        return places.every(isAllowed) ? undefined : "writes elsewhere";
      }
      case "dangerFullAccess":
        return this.#at(cwd).some(({ sandbox }) => sandbox === "danger-full-access")
          ? undefined
          : "has no sandbox";
      default:
        return "has another sandbox";
    }
  }

  /** Holds a profile of Codex's own. */
  profile(name: unknown, cwd: unknown): Refusal {
    if (name !== WORKSPACE_PROFILE) return "has another profile";
    return cwd === TEMPORARY_FOLDER || this.#mayWrite(cwd) ? undefined : "writes elsewhere";
  }

  /** Only the folder itself: what lies in it may be a link, which Codex's sandbox follows. */
  #mayWrite(path: unknown): boolean {
    return this.#whichAre(path).some(({ sandbox }) => sandbox !== "read-only");
  }

  #whichAre(path: unknown): readonly FolderRights[] {
    return this.#rights.folders.filter(({ paths }) => paths.some((folder) => folder === path));
  }

  #at(path: unknown): readonly FolderRights[] {
    return this.#rights.folders.filter(({ paths }) =>
      paths.some((folder) => this.isInside(path, folder))
    );
  }
}

/** What Codex can do without; other features are what holds it. */
const TOOLS = new Set([
  ...["shell_tool", "unified_exec", "goals", "multi_agent", "multi_agent_v2", "view_image"],
  ...["sleep_tool", "image_generation", "skill_search", "tool_suggest", "apps", "plugins"],
]);

/** Whether an override only takes a tool away. */
export function takesAway(key: string, value: unknown): boolean {
  const [, feature = ""] = /^features\.(\w+)$/.exec(key) ?? [];
  return (TOOLS.has(feature) && value === false) ||
    (key === "web_search" && value === "disabled");
}

/** Compares data that was read from JSON. */
function isSame(found: unknown, wanted: unknown): boolean {
  if (!isRecord(found) || !isRecord(wanted)) return found === wanted;
  const names = Object.keys(wanted);
  return Object.keys(found).length === names.length &&
    names.every((name) => Object.hasOwn(found, name) && isSame(found[name], wanted[name]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
