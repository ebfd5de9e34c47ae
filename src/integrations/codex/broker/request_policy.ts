/**
 * Holds what the application asks of Codex to what the configuration allows: a list of methods, and
 * of each the rights that it could widen. What is not known here is refused.
 */
import { type CodexRights } from "./messages.ts";
import { FolderPolicy } from "./folder_policy.ts";
import { REVIEW_PERMISSIONS } from "./review_permissions.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Why a request is refused; undefined = it is not. */
export type Refusal = string | undefined;

/** Settings of threads that are Codex's own business. */
const THREAD_KEYS = [
  ...["cwd", "sandbox", "approvalPolicy", "model", "developerInstructions", "config", "ephemeral"],
  ...["threadId", "excludeTurns"],
];
const TURN_KEYS = ["threadId", "clientUserMessageId", "input", "effort", "outputSchema"];
const EXEC_KEYS = [
  ...["command", "cwd", "env", "timeoutMs", "disableTimeout", "outputBytesCap", "disableOutputCap"],
  ...["processId", "streamStdin", "streamStdoutStderr", "sandboxPolicy", "permissionProfile"],
];

export class RequestPolicy {
  readonly #folders: FolderPolicy;
  readonly #rights: CodexRights;
  /** Threads with rights that this process has checked. */
  readonly #threads = new Set<string>();
  /** Requests whose answers tell which rights a thread has, by their id. */
  readonly #watched = new Map<unknown, (result: Fields) => Refusal>();
  /** What Codex's own configuration grants the commands of a folder, as Codex told it. */
  #network = false;
  readonly #roots = new Set<string>();

  constructor(rights: CodexRights) {
    this.#rights = rights;
    this.#folders = new FolderPolicy(rights);
  }

  /** Whether an answer of Codex has to be looked at. */
  get watches(): boolean {
    return this.#watched.size > 0;
  }

  /** The methods of the app-server that the program uses, each with what it is held to. */
  readonly methods: Readonly<Record<string, (params: Fields, id: unknown) => Refusal>> = {
    "initialize": free,
    "account/read": free,
    "account/rateLimits/read": free,
    "command/exec": (params) => this.#command(params),
    "command/exec/write": free,
    "command/exec/terminate": free,
    "config/read": (params, id) => this.#configuration(params, id),
    "fs/createDirectory": ({ path }) =>
      this.#folders.isRecord(path) ? undefined : "makes a folder elsewhere",
    "fs/getMetadata": ({ path }) => this.#folders.isKnown(path) ? undefined : "looks elsewhere",
    "fs/readDirectory": ({ path }) => this.#folders.isKnown(path) ? undefined : "looks elsewhere",
    "fs/readFile": ({ path }) => this.#folders.isKnown(path) ? undefined : "reads elsewhere",
    "hooks/list": (params) =>
      onlyKeys(params, ["cwds"]) ??
        (Array.isArray(params.cwds) && params.cwds.length > 0 &&
            params.cwds.every((path) => this.#folders.isKnown(path))
          ? undefined
          : "looks elsewhere"),
    "model/list": free,
    "review/start": (params) =>
      onlyKeys(params, ["threadId", "target"]) ?? this.#known(params.threadId),
    "thread/approveGuardianDeniedAction": ({ threadId }) => this.#known(threadId),
    "thread/backgroundTerminals/clean": free,
    "thread/backgroundTerminals/list": free,
    "thread/backgroundTerminals/terminate": free,
    "thread/compact/start": ({ threadId }) => this.#known(threadId),
    "thread/fork": (params) => onlyKeys(params, ["threadId", "excludeTurns"]),
    "thread/goal/clear": free,
    "thread/goal/get": free,
    "thread/goal/set": ({ threadId, status }) =>
      status === "paused" ? undefined : this.#known(threadId),
    "thread/list": free,
    "thread/loaded/list": free,
    "thread/name/set": free,
    "thread/read": free,
    "thread/resume": (params, id) => this.#thread(params, id),
    "thread/settings/update": (params) => onlyKeys(params, ["threadId", "effort"]),
    "thread/start": (params, id) => this.#thread(params, id),
    "thread/unsubscribe": free,
    "turn/interrupt": free,
    "turn/start": (params) => this.#turn(params),
    "turn/steer": ({ threadId, ...params }) =>
      this.#known(threadId) ?? this.#input(params) ??
        onlyKeys(params, ["expectedTurnId", "input", "clientUserMessageId"]),
  };

  /** Holds a request of the application. */
  request(method: string, params: unknown, id: unknown): Refusal {
    const hold = Object.hasOwn(this.methods, method) ? this.methods[method] : undefined;
    if (hold === undefined) return "is nothing that this program asks";
    // The answer to another request must not be taken for that which is looked at.
    if (this.#watched.has(id)) return "has the id of a request that is not answered yet";
    return hold(fieldsOf(params), id);
  }

  /** Holds an answer of Codex: what it allows is known only then. */
  answer({ id, result }: Fields): Refusal {
    const check = this.#watched.get(id);
    this.#watched.delete(id);
    return result === undefined ? undefined : check?.(fieldsOf(result));
  }

  #watch(id: unknown, check: (result: Fields) => Refusal): Refusal {
    if (typeof id !== "number" && typeof id !== "string") return "has no id";
    this.#watched.set(id, check);
    return undefined;
  }

  #known(threadId: unknown): Refusal {
    return typeof threadId === "string" && this.#threads.has(threadId)
      ? undefined
      : "names a conversation whose rights are not known";
  }

  #thread(params: Fields, id: unknown): Refusal {
    const { cwd, sandbox, approvalPolicy, config } = params;
    const wider = onlyKeys(params, THREAD_KEYS) ?? this.#folders.config(config) ??
      (cwd === undefined && sandbox === undefined
        ? undefined
        : this.#folders.thread({ cwd, sandbox, approvalPolicy, config }));
    return wider ?? this.#watch(id, (result) => {
      const { thread, sandbox: given, cwd: place, approvalPolicy: asks } = result;
      const { id: threadId } = fieldsOf(thread);
      const { id: profile } = fieldsOf(result.activePermissionProfile);
      const reviews = config !== undefined && sandbox === undefined && cwd !== undefined;
      // A reviewer's permissions are not told as a sandbox. What was loaded before keeps its own.
      const refusal = reviews && profile === REVIEW_PERMISSIONS.default_permissions
        ? undefined
        : this.#folders.given(fieldsOf(given).type, place ?? cwd, asks);
      if (refusal === undefined && typeof threadId === "string") this.#threads.add(threadId);
      else if (typeof threadId === "string") this.#threads.delete(threadId);
      return refusal;
    });
  }

  #turn(params: Fields): Refusal {
    return onlyKeys(params, TURN_KEYS) ?? this.#known(params.threadId) ?? this.#input(params);
  }

  /** Pictures are read by Codex, and go to the model. */
  #input({ input }: Fields): Refusal {
    const items = Array.isArray(input) ? input.map(fieldsOf) : [];
    for (const { type, path } of items) {
      if (type === "text") continue;
      if (type !== "localImage") return "has an input of another kind";
      if (!this.#folders.isInside(path, this.#rights.inbox) && !this.#folders.isKnown(path)) {
        return "shows a picture from elsewhere";
      }
    }
    return undefined;
  }

  #command(params: Fields): Refusal {
    const { cwd, sandboxPolicy, permissionProfile } = params;
    const unknown = onlyKeys(params, EXEC_KEYS);
    if (unknown !== undefined) return unknown;
    if (permissionProfile !== undefined) {
      return sandboxPolicy === undefined ? this.#folders.profile(permissionProfile, cwd) : "mixes";
    }
    const granted = { network: this.#network, roots: this.#roots };
    return this.#folders.policy(fieldsOf(sandboxPolicy), cwd, granted);
  }

  /** A folder below may have a configuration that a command wrote there: it grants nothing. */
  #configuration({ cwd, ...others }: Fields, id: unknown): Refusal {
    if (cwd !== undefined && !this.#folders.isWorkingFolder(cwd)) return "asks for another folder";
    return onlyKeys(others, ["includeLayers"]) ??
      this.#watch(id, (result) => this.#learn(result));
  }

  #learn({ config }: Fields): Refusal {
    const { network_access, writable_roots } = fieldsOf(fieldsOf(config).sandbox_workspace_write);
    if (network_access === true) this.#network = true;
    if (Array.isArray(writable_roots)) {
      for (const root of writable_roots) if (typeof root === "string") this.#roots.add(root);
    }
    return undefined;
  }
}

function free(): undefined {
  return undefined;
}

export function onlyKeys(params: Fields, known: readonly string[]): Refusal {
  const strange = Object.keys(params).find((key) => !known.includes(key));
  return strange === undefined ? undefined : `has "${strange}"`;
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
