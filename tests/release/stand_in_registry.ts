/** A registry on loopback that answers npm and the release: packages, logins, trusted publishers. */
import { z } from "zod";

const publishedSchema = z.object({
  name: z.string(),
  "dist-tags": z.record(z.string(), z.string()),
  versions: z.record(
    z.string(),
    z.looseObject({ dist: z.looseObject({ integrity: z.string() }), repository: z.unknown() }),
  ),
  access: z.string().nullish(),
});

interface Entry {
  readonly repository: unknown;
  readonly tags: Record<string, string>;
  readonly versions: Record<string, unknown>;
  readonly access: string | null | undefined;
}

const LOGIN = "npm_loginOfAnn";
const IDENTITY = "identity-of-the-workflow";

export class StandInRegistry implements AsyncDisposable {
  readonly packages = new Map<string, Entry>();
  /** The names in the order of publishing. */
  readonly published: string[] = [];
  /** Packages whose trusted publisher is the workflow. */
  readonly trusted = new Set<string>();
  /** Members of the scope `somebody`, with their roles. */
  readonly members: Record<string, string> = {};
  /** Who may write a package that exists, by its name. */
  readonly collaborators = new Map<string, Record<string, string>>();
  /** Publishing this one fails. */
  broken: string | undefined;
  readonly #over = new AbortController();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const { signal } = this.#over;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, signal, onListen: () => {} },
      async (request) => await this.#answer(request),
    );
  }

  get address(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** What `npm login` leaves behind. */
  get npmrc(): string {
    return `//127.0.0.1:${this.#server.addr.port}/:_authToken=${LOGIN}\n`;
  }

  /** Where a workflow of GitHub gets its identity. */
  get identity(): Readonly<Record<string, string>> {
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.address}/identity?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-this-job",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#server.finished;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const path = decodeURIComponent(pathname.slice(1));
    const bearer = request.headers.get("authorization")?.replace("Bearer ", "");
    if (path === "identity") {
      return searchParams.get("audience") === "npm:127.0.0.1" && bearer === "of-this-job"
        ? Response.json({ value: IDENTITY })
        : new Response(null, { status: 401 });
    }
    const exchanged = /^-\/npm\/v1\/oidc\/token\/exchange\/package\/(.+)$/.exec(path)?.[1];
    if (exchanged !== undefined) {
      return bearer === IDENTITY && this.trusted.has(exchanged)
        ? Response.json({ token: "npm_short" }, { status: 201 })
        : Response.json({ message: "not trusted" }, { status: 404 });
    }
    if (path.startsWith("-/")) {
      return bearer === LOGIN ? this.#loggedIn(path) : new Response(null, { status: 401 });
    }
    if (request.method === "PUT") return await this.#publish(await request.json(), bearer);
    const entry = this.packages.get(path);
    if (entry === undefined) return Response.json({ error: "Not found" }, { status: 404 });
    const { repository, tags, versions } = entry;
    return Response.json({ name: path, repository, "dist-tags": tags, versions });
  }

  #loggedIn(path: string): Response {
    if (path === "-/whoami") return Response.json({ username: "ann" });
    if (path === "-/org/somebody/user") return Response.json(this.members);
    const name = /^-\/package\/(.+)\/collaborators$/.exec(path)?.[1];
    if (name !== undefined) return Response.json(this.collaborators.get(name) ?? {});
    return Response.json({}, { status: 404 });
  }

  async #publish(body: unknown, bearer: string | undefined): Promise<Response> {
    await Promise.resolve();
    const { name, versions, "dist-tags": tags, access } = publishedSchema.parse(body);
    if (bearer !== LOGIN) return Response.json({ error: "who?" }, { status: 401 });
    if (name === this.broken) return Response.json({ error: "no" }, { status: 400 });
    this.published.push(name);
    const [version] = Object.values(versions);
    const before = this.packages.get(name);
    this.packages.set(name, {
      repository: version?.repository,
      tags: { ...before?.tags, ...tags },
      versions: { ...before?.versions, ...versions },
      access,
    });
    return Response.json({ ok: true }, { status: 201 });
  }
}
