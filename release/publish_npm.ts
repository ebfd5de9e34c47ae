/**
 * `deno task release:npm`: publishes the packed packages, those with the executables first. It can be
 * run again: what is there with the same bytes is left, what is there with others stops it.
 */
import { join, resolve } from "node:path";
import manifest from "../deno.json" with { type: "json" };
import { UserFacingError } from "../src/core/errors.ts";
import { PUBLISHER, type Publisher } from "../src/core/publisher.ts";
import { runCommand, understood } from "./command.ts";
import { Registry, registryAddress } from "./registry.ts";
import { distTagOf, publisherOf } from "./release_check.ts";
import { showRights } from "./rights.ts";
import { PACKAGES, tarballName } from "./targets.ts";

const HELP = `Publish the packages of npm, after npm pack

Usage: deno task release:npm [--packages FOLDER]

Options:
  --packages FOLDER  where the packed packages are, instead of dist/npm
  -h, --help         show this text
`;

if (import.meta.main) {
  await runCommand("release:npm", async (print) => {
    const { packages, help } = understood({
      args: Deno.args,
      options: {
        packages: { type: "string", default: "dist/npm" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
    if (help) return print(HELP);
    const folder = resolve(packages);
    await publishPackages({
      publisher: publisherOf(PUBLISHER),
      version: manifest.version,
      folder,
      registry: new Registry({
        address: await registryAddress(folder),
        variables: Deno.env.toObject(),
        fetch,
        folder,
      }),
      print,
    });
  });
}

interface PublishOrder {
  readonly publisher: Publisher;
  readonly version: string;
  /** Where the packed packages are. */
  readonly folder: string;
  readonly registry: Registry;
  readonly print: (text: string) => void;
}

interface Tarball {
  readonly name: string;
  readonly path: string;
  readonly integrity: string;
}

/** @throws {UserFacingError} before anything is published, whenever that can be known */
export async function publishPackages(order: PublishOrder): Promise<void> {
  const { publisher, version, registry, print } = order;
  const tarballs = await Promise.all(PACKAGES.map((name) => readTarball(name, order)));
  const there = await Promise.all(tarballs.map(({ name }) => integrityOf(name, version, registry)));
  const different = tarballs.filter(({ integrity }, index) =>
    there[index] !== undefined && there[index] !== integrity
  );
  if (different.length > 0) {
    throw new UserFacingError(
      `Cannot release: ${version} is published with other content: ${
        different.map(({ name }) => name).join(", ")
      }`,
      { remedy: "A version on npm is never replaced: make the next one" },
    );
  }
  print(`${await showRights(publisher, registry)}\n`);
  for (const [index, tarball] of tarballs.entries()) {
    if (there[index] === undefined) await publish(tarball, order);
    else print(`${tarball.name}@${version} is there\n`);
  }
}

async function readTarball(
  name: string,
  { publisher: { npmScope }, version, folder }: PublishOrder,
): Promise<Tarball> {
  const path = join(folder, tarballName(npmScope, name, version));
  try {
    const digest = await crypto.subtle.digest("SHA-512", await Deno.readFile(path));
    const integrity = `sha512-${new Uint8Array(digest).toBase64()}`;
    return { name: `${npmScope}/${name}`, path, integrity };
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new UserFacingError(`Cannot release: ${path} is not there`, {
      remedy: "Make all of them first: deno task npm, then npm pack",
      cause,
    });
  }
}

async function integrityOf(
  name: string,
  version: string,
  registry: Registry,
): Promise<string | undefined> {
  return (await registry.look(name))?.versions[version]?.dist.integrity;
}

async function publish(
  { name, path }: Tarball,
  { version, registry, print }: PublishOrder,
): Promise<void> {
  const proof = registry.hasIdentity ? ["--provenance"] : [];
  const options = [...proof, "--access", "public", "--tag", distTagOf(version)];
  const { success, stderr } = await registry.npm(["publish", ...options, path]);
  if (!success) {
    throw new UserFacingError(`Cannot publish ${name}@${version}: ${stderr.trim()}`, {
      remedy: "Run it again when that is mended: what is published stays and is left alone",
    });
  }
  print(`${name}@${version} is published\n`);
}
