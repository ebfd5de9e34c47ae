/** Who may speak with the page's server: the page itself, and nobody else's page. */

/** A page that may show what comes from here only, and may not be shown within another. */
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
 * Any page that a person visits can send requests to loopback, and can have its own name point
 * there; a browser tells both in headers that no script can forge.
 * @returns why the request is refused, or undefined
 */
export function refusal(request: Request): string | undefined {
  const { port, pathname } = new URL(request.url);
  const hosts = [`127.0.0.1:${port || 80}`, `localhost:${port || 80}`];
  const host = request.headers.get("host") ?? "";
  if (!hosts.includes(host)) return "This server answers to 127.0.0.1 only";
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) return "Another page must not speak here";
  if (origin === null && request.method === "POST") return "A change must say where it comes from";
  const site = request.headers.get("sec-fetch-site") ?? "none";
  if (site === "same-origin" || site === "none" || isVisit(request, pathname)) return undefined;
  return "Another page must not speak here";
}

/** Following a link to the page from anywhere does no harm. */
function isVisit(request: Request, pathname: string): boolean {
  return request.method === "GET" && pathname === "/" &&
    request.headers.get("sec-fetch-dest") === "document";
}

/** The response with the headers that every response has. */
export function guarded(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}
