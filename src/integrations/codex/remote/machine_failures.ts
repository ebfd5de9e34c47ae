/** Explains why a Codex on another machine cannot be reached, and what to do about it. */
import type { MachineSettings } from "../../../core/codex/codex_settings.ts";
import { CodexError, describeError } from "../../../core/errors.ts";

const REMEDIES = {
  unix: "Check that the forwarding of the socket runs, and the app-server at its other end",
  network: "Check that the app-server runs there, and that its address and port are right",
  token:
    "Compare the token in the variable of app_server_token_env with the one that the app-server was started with, then start codex-orchestrator again",
  noToken:
    "Name a variable that holds its token in app_server_token_env, then start codex-orchestrator again",
  trust:
    "Check that the certificate is valid for that name; for an authority of your own set DENO_CERT to its file",
  plain: "What listens there speaks without TLS: write ws:// or put a TLS proxy in front of it",
  protocol: "The address must be that of `codex app-server --listen`, or of a proxy to it",
} as const;

/**
 * Explains a WebSocket that did not open.
 * @param said the message of the runtime
 */
export function connectFailure(machine: MachineSettings, said: string): CodexError {
  const status = /invalid status code: (\d+)/i.exec(said)?.[1];
  if (status !== undefined) return answeredOtherwise(machine, status);
  const reason = said.replace(/^.*failed to connect to WebSocket: /, "");
  if (CLOSED_UNHEARD.test(said)) return silent(machine, "it closes every connection");
  if (/peer certificate|CaUsedAsEndEntity|UnknownIssuer/i.test(said)) {
    return failure(machine, "tls", `its certificate is not trusted (${reason})`, REMEDIES.trust);
  }
  if (/corrupt message|InvalidContentType|\btls\b|handshake/i.test(said)) {
    return failure(machine, "tls", `it does not speak TLS (${reason})`, REMEDIES.plain);
  }
  if (/invalid HTTP|upgrade|websocket-accept|parsed/i.test(said)) {
    return wrongProtocol(machine, reason);
  }
  return failure(machine, "unreachable", reason, REMEDIES[machine.endpoint.type]);
}

/** How the runtime says that a connection was taken and closed without a word. */
const CLOSED_UNHEARD =
  /before message completed|error writing a body|WebSocket: (?:connection error|operation was canceled)|connection reset|broken pipe|handshake eof|unexpected (?:eof|end of file)/i;

/**
 * A forward takes every connection, and closes it when nobody listens at its other end; a proxy says
 * so.
 */
function silent({ name }: MachineSettings, reason: string): CodexError {
  return new CodexError("unreachable", `Nothing answers behind ${name}: ${reason}`, {
    remedy: "Check that the app-server runs behind the forwarding or the proxy",
    trouble: { kind: "silent", machine: name },
  });
}

/** A connection that opens, and brings no greeting. */
export function noGreeting(machine: MachineSettings, reason: string): CodexError {
  return silent(machine, reason);
}

export function noAnswer(machine: MachineSettings, seconds: number): CodexError {
  // The socket is open, or the connection would have been refused.
  if (machine.endpoint.type === "unix") return silent(machine, `no answer within ${seconds} s`);
  const remedy = REMEDIES[machine.endpoint.type];
  return failure(machine, "unreachable", `no answer within ${seconds} s`, remedy);
}

/** Something answered, but not as an app-server does. */
export function wrongProtocol({ name }: MachineSettings, reason: string): CodexError {
  return new CodexError(
    "wrong-protocol",
    `What answers at ${name} is no Codex app-server: ${reason}`,
    { remedy: REMEDIES.protocol, trouble: { kind: "wrong-protocol", machine: name } },
  );
}

/** Adds the machine's name to what the handshake found. */
export function tooOldThere({ name }: MachineSettings, { message }: CodexError): CodexError {
  return new CodexError("too-old", `${message} (on ${name})`, {
    remedy: "Update Codex there with `npm install -g @openai/codex@latest`",
    trouble: { kind: "too-old", machine: name },
  });
}

/** Says where to log in. */
export function loggedOutThere({ name }: MachineSettings, { message }: CodexError): CodexError {
  return new CodexError("not-logged-in", `${message} (on ${name})`, {
    remedy: "Run `codex login` there, and restart its app-server",
    trouble: { kind: "login-there", machine: name },
  });
}

/** The permissions of this program do not include that address. */
export function notPermitted(machine: MachineSettings, error: unknown): CodexError {
  return failure(machine, "unreachable", describeError(error), "Start codex-orchestrator again");
}

/** A gateway that finds nobody behind it, also as hosted ones put it. */
const NOBODY_BEHIND = /^(?:50[234]|52\d|530)$/;

function answeredOtherwise(machine: MachineSettings, status: string): CodexError {
  const { name, token } = machine;
  if (NOBODY_BEHIND.test(status)) return silent(machine, `HTTP status ${status}`);
  if (status !== "401" && status !== "403") return wrongProtocol(machine, `HTTP status ${status}`);
  const what = token === undefined ? "wants a token" : "refuses the token";
  return new CodexError("refused", `Codex on ${name} ${what} (HTTP status ${status})`, {
    remedy: token === undefined ? REMEDIES.noToken : REMEDIES.token,
    trouble: { kind: "refused", machine: name },
  });
}

function failure(
  { name }: MachineSettings,
  kind: "unreachable" | "tls",
  reason: string,
  remedy: string,
): CodexError {
  const trouble = { kind, machine: name };
  return new CodexError(kind, `Cannot reach Codex on ${name}: ${reason}`, { remedy, trouble });
}
