/** Why Telegram cannot be reached, and what helps. */
import { HttpError } from "grammy";
import { classifyFailure } from "../outbox/failure.ts";

const CERTIFICATE_REMEDY =
  "A proxy that looks into TLS has a certificate of its own: set DENO_TLS_CA_STORE=system, or " +
  "NODE_EXTRA_CA_CERTS=FILE, where codex-orchestrator starts";
const CONNECTION_REMEDY =
  "Look at the network, at HTTPS_PROXY and NO_PROXY, and at telegram.api_root in conf.toml";

/** What the runtime says of a connection that did not come about. */
const CONNECTION_TROUBLES: readonly (readonly [RegExp, string, string])[] = [
  [/UnknownIssuer/, "invalid peer certificate: UnknownIssuer", CERTIFICATE_REMEDY],
  [/invalid peer certificate/, "its certificate cannot be trusted", CERTIFICATE_REMEDY],
  [/dns error|failed to lookup/i, "its name cannot be looked up", CONNECTION_REMEDY],
  [/connection refused/i, "it refuses the connection", CONNECTION_REMEDY],
];

export interface ConnectionTrouble {
  readonly reason: string;
  readonly remedy: string;
  /** Nothing but a person can change it. */
  readonly lasting: boolean;
}

/** In words that hold no address, as those of the Bot API hold the token. */
export function connectionTrouble(error: unknown): ConnectionTrouble {
  const cause = error instanceof HttpError ? causeOf(error.error) : "";
  const [, reason, remedy] = CONNECTION_TROUBLES.find(([pattern]) => pattern.test(cause)) ??
    [undefined, classifyFailure(error).description, CONNECTION_REMEDY];
  return { reason, remedy, lasting: remedy === CERTIFICATE_REMEDY };
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
}
