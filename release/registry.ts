/** Asks the registry of npm, over HTTP where no login is needed and through npm where one is. */
import { z } from "zod";
import { describeError, UserFacingError } from "../src/core/errors.ts";

const packageSchema = z.object({
  repository: z.object({ url: z.string() }).optional(),
  versions: z.record(z.string(), z.object({ dist: z.object({ integrity: z.string() }) })).default(
    {},
  ),
});

/** A package as it is published. */
export type Published = z.infer<typeof packageSchema>;

const exchangedSchema = z.object({ token: z.string() });
const idTokenSchema = z.object({ value: z.string() });

interface Answer {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RegistryParts {
  /** Of the registry, see {@link registryAddress}. */
  readonly address: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  /** Where npm is run, with its .npmrc. */
  readonly folder: string;
}

/**
 * The address of the registry that npm uses in the folder.
 * @throws {UserFacingError} when npm does not tell
 */
export async function registryAddress(folder: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("npm", {
    args: ["config", "get", "registry"],
    cwd: folder,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const address = decoder.decode(stdout).trim();
  if (success && URL.canParse(address)) return address;
  throw new UserFacingError(
    `Cannot release: npm tells no registry: ${decoder.decode(stderr).trim() || address}`,
    { remedy: "Run `npm config get registry` and mend what it says" },
  );
}

export class Registry {
  readonly #parts: RegistryParts;
  readonly #address: URL;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.#address = new URL(`${parts.address.replace(/\/+$/, "")}/`);
  }

  /**
   * Looks a package up.
   * @returns undefined when there is none of that name
   * @throws {UserFacingError} when the registry does not say
   */
  async look(name: string): Promise<Published | undefined> {
    const response = await this.#ask(escaped(name), { headers: { accept: "application/json" } });
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    return packageSchema.parse(await this.#json(response, `look ${name} up`));
  }

  /** Whether a workflow runs here that can show who it is. */
  get hasIdentity(): boolean {
    return this.#parts.variables.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;
  }

  /**
   * Shows the registry which workflow this is, as `npm publish` does later; nothing is published.
   * @returns whether the registry lets it publish that package
   */
  async trusts(name: string): Promise<boolean> {
    const identity = await this.#identity();
    const response = await this.#ask(`-/npm/v1/oidc/token/exchange/package/${escaped(name)}`, {
      method: "POST",
      headers: { authorization: `Bearer ${identity}` },
    });
    if (response.status >= 500) await this.#json(response, `ask for ${name}`);
    const text = await response.text();
    return response.ok && exchangedSchema.safeParse(JSON.parse(text)).success;
  }

  /** Runs npm in the language of programs. */
  async npm(args: readonly string[]): Promise<Answer> {
    const { success, stdout, stderr } = await new Deno.Command("npm", {
      args: [...args],
      cwd: this.#parts.folder,
      env: { NPM_CONFIG_REGISTRY: this.#address.href, NPM_CONFIG_UPDATE_NOTIFIER: "false" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async #identity(): Promise<string> {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url = "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
      this.#parts.variables;
    const address = new URL(url);
    address.searchParams.set("audience", `npm:${this.#address.hostname}`);
    const response = await this.#parts.fetch(address, {
      headers: { accept: "application/json", authorization: `Bearer ${token}` },
    });
    return idTokenSchema.parse(await this.#json(response, "get an identity from GitHub")).value;
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#parts.fetch(new URL(path, this.#address), init);
    } catch (cause) {
      throw new UserFacingError(
        `Cannot release: ${this.#address.host} does not answer: ${describeError(cause)}`,
        { remedy: "Check the network and run it again", cause },
      );
    }
  }

  async #json(response: Response, purpose: string): Promise<unknown> {
    if (response.ok) return await response.json();
    await response.body?.cancel();
    throw new UserFacingError(
      `Cannot release: could not ${purpose}: ${
        new URL(response.url).host
      } answered ${response.status}`,
      { remedy: "Run it again later" },
    );
  }
}

function escaped(name: string): string {
  return name.replace("/", "%2f");
}
