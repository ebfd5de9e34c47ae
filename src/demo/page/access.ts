/** Lets in only those who know the page's secret address, and only requests of the page itself. */
import type { Clock } from "../../core/clock.ts";
import { sameText } from "../same_text.ts";

/** How long a browser may take to open a one-time link. */
const LINK_LIFETIME_MS = 60_000;

/** The page may load from here only, and no other page may embed it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-store",
};

/**
 * Every user of this machine can reach a port on loopback, so the path begins with a random token.
 * Command lines are visible to all users, too: a browser is started with a link that works once.
 */
export class PageAccess {
  /** The path of the page, with a slash at both ends. */
  readonly root = `/${randomToken()}/`;
  readonly #clock: Clock;
  /** When each unused link expires, by its path. */
  readonly #links = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the path of a link that leads to the page once, within a minute */
  oneTimeLink(): string {
    const path = `/open/${randomToken()}`;
    this.#links.set(path, this.#clock.monotonic() + LINK_LIFETIME_MS);
    return path;
  }

  /** @returns true when the path is a one-time link that was not used before */
  redeem(path: string): boolean {
    const expiresAt = this.#links.get(path);
    this.#links.delete(path);
    return expiresAt !== undefined && this.#clock.monotonic() < expiresAt;
  }

  /** @returns the path below the page's address, or undefined without the token */
  pathInside(path: string): string | undefined {
    const { root } = this;
    return sameText(path.slice(0, root.length), root) ? path.slice(root.length) : undefined;
  }
}

function randomToken(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/**
 * Refuses requests of other pages: any page that a person visits can send requests to loopback and
 * can point its own name there, but its browser says so in headers that no script can forge.
 * @param isEntrance the request asks for the page itself
 * @returns why the request is refused, or undefined
 */
export function refusal(request: Request, isEntrance: boolean): string | undefined {
  const { port } = new URL(request.url);
  const hosts = [`127.0.0.1:${port || 80}`, `localhost:${port || 80}`];
  const host = request.headers.get("host") ?? "";
  if (!hosts.includes(host)) return "This server answers to 127.0.0.1 only";
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) return "Other pages cannot use the demo";
  if (origin === null && request.method === "POST") return "A POST request needs an Origin header";
  const site = request.headers.get("sec-fetch-site") ?? "none";
  if (site === "same-origin" || site === "none") return undefined;
  // Following a link to the page does no harm.
  const isVisit = request.method === "GET" && request.headers.get("sec-fetch-dest") === "document";
  return isEntrance && isVisit ? undefined : "Other pages cannot use the demo";
}

/** Adds the headers that every response has. */
export function guarded(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}
