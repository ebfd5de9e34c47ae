/**
 * `deno task release:rights`: shows that every package is ours and that whoever runs this may publish
 * it, and publishes nothing.
 */
import { UserFacingError } from "../src/core/errors.ts";
import { PUBLISHER, type Publisher } from "../src/core/publisher.ts";
import { runCommand } from "./command.ts";
import { Registry, registryAddress } from "./registry.ts";
import { publisherOf } from "./release_check.ts";
import { PACKAGES } from "./targets.ts";
import { z } from "zod";

if (import.meta.main) {
  await runCommand("release:rights", async (print) => {
    const publisher = publisherOf(PUBLISHER);
    const folder = Deno.cwd();
    const address = await registryAddress(folder);
    const registry = new Registry({ address, variables: Deno.env.toObject(), fetch, folder });
    print(`${await showRights(publisher, registry)}\n`);
  });
}

/**
 * @returns how the rights were shown
 * @throws {UserFacingError} that names every package that is not ours, or may not be published
 */
export async function showRights(publisher: Publisher, registry: Registry): Promise<string> {
  const names = PACKAGES.map((name) => `${publisher.npmScope}/${name}`);
  const found = await Promise.all(names.map((name) => registry.look(name)));
  const foreign = names.filter((_, index) => {
    const url = found[index]?.repository?.url;
    return found[index] !== undefined && !isOurs(url, publisher);
  });
  if (foreign.length > 0) {
    throw new UserFacingError(
      `Cannot release: made of another repository than ${publisher.repository}: ${
        foreign.join(", ")
      }`,
      { remedy: "Choose another scope in src/core/publisher.ts" },
    );
  }
  if (registry.hasIdentity) return await showTrust(names, registry);
  const missing = names.filter((_, index) => found[index] === undefined);
  return await showLogin(publisher, names, missing, registry);
}

function isOurs(url: string | undefined, { repository }: Publisher): boolean {
  return url !== undefined &&
    new RegExp(`[/:]${RegExp.escape(repository)}(?:\\.git)?/?$`, "i").test(url);
}

async function showTrust(names: readonly string[], registry: Registry): Promise<string> {
  const refused: string[] = [];
  for (const name of names) {
    if (!await registry.trusts(name)) refused.push(name);
  }
  if (refused.length === 0) return `npm trusts this workflow with ${names.length} packages`;
  throw new UserFacingError(
    `Cannot release: npm does not let this workflow publish ${refused.join(", ")}`,
    {
      remedy:
        "Name release.yml with the environment npm as the trusted publisher of each; a package " +
        "that is not there yet is published by hand first: docs/releasing.md",
    },
  );
}

const membersSchema = z.record(z.string(), z.string());

/** For the first version, which a person publishes. */
async function showLogin(
  { npmScope }: Publisher,
  names: readonly string[],
  missing: readonly string[],
  registry: Registry,
): Promise<string> {
  const who = await registry.npm(["whoami"]);
  const user = who.stdout.trim();
  if (!who.success || user === "") {
    throw new UserFacingError("Cannot release: npm does not know who you are", {
      remedy: "Run `npm login`",
    });
  }
  const scope = npmScope.slice(1);
  const there = names.filter((name) => !missing.includes(name));
  const refused: string[] = [];
  for (const name of there) {
    const answer = await registry.npm(["access", "list", "collaborators", name, user, "--json"]);
    if (!answer.success || members(answer.stdout)[user] !== "read-write") refused.push(name);
  }
  if (missing.length > 0 && user !== scope) {
    const answer = await registry.npm(["org", "ls", scope, user, "--json"]);
    if (!answer.success || members(answer.stdout)[user] === undefined) refused.push(...missing);
  }
  if (refused.length === 0) return `${user} may publish ${names.length} packages`;
  throw new UserFacingError(`Cannot release: ${user} may not publish ${refused.join(", ")}`, {
    remedy: `Create the organization ${scope} on npm, or ask who owns ${npmScope} to add you`,
  });
}

function members(text: string): Readonly<Record<string, string>> {
  try {
    return membersSchema.parse(JSON.parse(text));
  } catch {
    // Whoever is not named has no rights.
    return {};
  }
}
