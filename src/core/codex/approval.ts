/** Defines what Codex asks leave for, and what a person may decide about it. */
import type { Redact } from "../redaction/redact.ts";
import { isSecretName } from "../redaction/secrets.ts";
import type { FileChange } from "./codex.ts";

/** What every request to a person has. */
export interface RequestIdentity {
  /** Unique within one Codex process only; never a key by itself. */
  readonly id: string;
  readonly threadId: string;
  readonly turnId: string;
  /** The name of the sub-agent that asks; absent = the thread that the person talks to. */
  readonly agent?: string;
}

interface ApprovalBase extends RequestIdentity {
  readonly itemId: string;
  /** Codex's own reason, where it gives one. */
  readonly reason?: string;
  readonly workingDirectory?: string;
  /**
   * What Codex takes as an answer, in its order, and all that a person is offered. Absent where Codex
   * names nothing: {@link USUAL_CHOICES}.
   */
  readonly choices?: readonly ApprovalChoice[];
}

export interface CommandApproval extends ApprovalBase {
  readonly kind: "command";
  /** The whole command line. */
  readonly command?: string;
  /** Not the command itself: words for one that runs already. */
  readonly isInput?: true;
  /** The command wants to reach this host. */
  readonly host?: string;
  /** Rights that this command gets beyond its sandbox. */
  readonly permissions?: Permissions;
}

export interface FilesApproval extends ApprovalBase {
  readonly kind: "files";
  readonly changes?: readonly FileChange[];
  readonly diff?: string;
  /** Everything below it may be written for the rest of the session. */
  readonly grantRoot?: string;
}

export interface PermissionsApproval extends ApprovalBase {
  readonly kind: "permissions";
  readonly permissions: Permissions;
}

/** A tool of one of the person's own MCP servers. */
export interface ToolApproval extends ApprovalBase {
  readonly kind: "tool";
  readonly server: string;
  readonly tool: string;
  readonly description?: string;
  readonly parameters: readonly ToolParameter[];
  /** What the server says of the tool; nobody checks it. */
  readonly hints: readonly ToolHint[];
}

export type ApprovalRequest =
  | CommandApproval
  | FilesApproval
  | PermissionsApproval
  | ToolApproval;

export interface ToolParameter {
  readonly name: string;
  readonly value: string;
}

export type ToolHint = "read-only" | "destructive" | "idempotent" | "open-world";

/** Rights to folders, files and the network; places as Codex names them. */
export interface Permissions {
  /** Absent = nothing is asked for. */
  readonly network?: boolean;
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Places that stay closed. */
  readonly denied: readonly string[];
  /** What this program has no words for, as compact JSON: nothing is granted unseen. */
  readonly others: readonly string[];
}

/**
 * `cancel` declines and ends the turn. `accept-always` holds for the tool, `accept-prefix` for all
 * commands that begin so, `accept-host` and `decline-host` for the host: each also in later sessions.
 */
export const APPROVAL_DECISIONS = [
  "accept",
  "accept-for-session",
  "accept-always",
  "accept-prefix",
  "accept-host",
  "decline",
  "decline-host",
  "cancel",
] as const;
export type ApprovalDecision = typeof APPROVAL_DECISIONS[number];

/** A decision that a person is offered. */
export type ApprovalChoice =
  | {
    readonly decision:
      | "accept"
      | "accept-for-session"
      | "accept-always"
      | "decline"
      | "cancel";
  }
  /** @property prefix the words that a command has to begin with */
  | { readonly decision: "accept-prefix"; readonly prefix: readonly string[] }
  | { readonly decision: "accept-host" | "decline-host"; readonly host: string };

/** Where Codex does not name any. */
export const USUAL_CHOICES: readonly ApprovalChoice[] = [
  { decision: "accept" },
  { decision: "accept-for-session" },
  { decision: "decline" },
  { decision: "cancel" },
];

const MASKED = "•••";

export function isAllowed(decision: ApprovalDecision): boolean {
  switch (decision) {
    case "accept":
    case "accept-for-session":
    case "accept-always":
    case "accept-prefix":
    case "accept-host":
      return true;
    case "decline":
    case "decline-host":
    case "cancel":
      return false;
    default:
      return decision satisfies never;
  }
}

export function choicesOf({ choices = USUAL_CHOICES }: ApprovalRequest): readonly ApprovalChoice[] {
  return choices;
}

export function isOffered(request: ApprovalRequest, decision: ApprovalDecision): boolean {
  return choicesOf(request).some((choice) => choice.decision === decision);
}

/** How a request is denied: by what Codex offers, which may be to end the turn as well. */
export function denialOf(request: ApprovalRequest): "decline" | "cancel" {
  return !isOffered(request, "decline") && isOffered(request, "cancel") ? "cancel" : "decline";
}

/** Declined with words for Codex, which only some backends can pass on. */
export interface DeclinedWithReason {
  readonly decision: "decline";
  readonly reason: string;
}

/** The signal aborts when the request is void: the turn ended or Codex withdrew it. */
export type ApprovalHandler = (
  request: ApprovalRequest,
  signal: AbortSignal,
) => Promise<ApprovalDecision | DeclinedWithReason>;

/** Masks the secrets in a request. Do it before any of its texts is cut or kept. */
export function redactedRequest(request: ApprovalRequest, redact: Redact): ApprovalRequest {
  const { reason, choices, workingDirectory } = request;
  const masked = {
    ...(workingDirectory === undefined ? {} : { workingDirectory: redact(workingDirectory) }),
    ...(reason === undefined ? {} : { reason: redact(reason) }),
    ...(choices === undefined ? {} : {
      choices: choices.map((choice) =>
        choice.decision === "accept-prefix"
          ? { ...choice, prefix: choice.prefix.map((word) => redact(word)) }
          : choice
      ),
    }),
  };
  switch (request.kind) {
    case "command": {
      const { command, host, permissions } = request;
      return {
        ...request,
        ...masked,
        ...(host === undefined ? {} : { host: redact(host) }),
        ...(command === undefined ? {} : { command: redact(command) }),
        ...(permissions === undefined ? {} : {
          permissions: redactedPermissions(permissions, redact),
        }),
      };
    }
    case "files": {
      const { diff, grantRoot, changes } = request;
      return {
        ...request,
        ...masked,
        ...(diff === undefined ? {} : { diff: redact(diff) }),
        ...(grantRoot === undefined ? {} : { grantRoot: redact(grantRoot) }),
        ...(changes === undefined ? {} : {
          changes: changes.map((change) => ({ ...change, path: redact(change.path) })),
        }),
      };
    }
    case "permissions": {
      const permissions = redactedPermissions(request.permissions, redact);
      return { ...request, ...masked, permissions };
    }
    case "tool": {
      const { description, parameters } = request;
      return {
        ...request,
        ...masked,
        ...(description === undefined ? {} : { description: redact(description) }),
        parameters: parameters.map((parameter) => redactedParameter(parameter, redact)),
      };
    }
    default:
      return request satisfies never;
  }
}

/** Masks a value that is a secret by its name whatever it looks like. */
function redactedParameter({ name, value }: ToolParameter, redact: Redact): ToolParameter {
  return { name, value: isSecretName(name) ? MASKED : redact(value) };
}

function redactedPermissions(permissions: Permissions, redact: Redact): Permissions {
  const { read, write, denied, others } = permissions;
  const masked = (texts: readonly string[]): readonly string[] => texts.map((text) => redact(text));
  return {
    ...permissions,
    read: masked(read),
    write: masked(write),
    denied: masked(denied),
    others: masked(others),
  };
}

/** Writes it for logs and traces. */
export function permissionsNote({ network, read, write, denied, others }: Permissions): string {
  return [
    ...read.map((place) => `read ${place}`),
    ...write.map((place) => `write ${place}`),
    ...denied.map((place) => `not ${place}`),
    ...(network === undefined ? [] : [`network ${network ? "on" : "off"}`]),
    ...others,
  ].join("\n");
}

/** The tool and its parameters, a line each; secrets that only a name tells are masked. */
export function toolNote({ server, tool, parameters }: ToolApproval): string {
  const lines = parameters.map((parameter) => redactedParameter(parameter, (text) => text))
    .map(({ name, value }) => `${name}: ${value}`);
  return [`${server}.${tool}`, ...lines].join("\n");
}

/** The words of a rule as a command line, quoted where they would be taken for several. */
export function prefixText(prefix: readonly string[]): string {
  return prefix.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)).join(
    " ",
  );
}
