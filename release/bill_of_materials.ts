/** Writes the bill of materials of an executable: CycloneDX 1.6, from the lock file. */
import { join } from "node:path";
import { z } from "zod";
import { UserFacingError } from "../src/core/errors.ts";
import type { Package } from "./packages.ts";
import { RUNTIME_PARTS } from "./runtime_parts.ts";
import { PROGRAM } from "./targets.ts";

const lockSchema = z.object({
  npm: z.record(z.string(), z.object({ integrity: z.string() })),
});

interface BillOrder {
  /** The folder of the repository. */
  readonly root: string;
  readonly version: string;
  /** The license of the program. */
  readonly license: string;
  readonly packages: readonly Package[];
}

/** The same program has the same bill: it holds no time and no serial number. */
export async function billOfMaterials(order: BillOrder): Promise<string> {
  const lock = lockSchema.parse(
    JSON.parse(await Deno.readTextFile(join(order.root, "deno.lock"))),
  );
  const program = `pkg:generic/${PROGRAM}@${order.version}`;
  const packages = order.packages.map((each) => ({
    type: "library",
    "bom-ref": purlOf(each),
    name: each.name,
    version: each.version,
    ...(each.license === undefined ? {} : { licenses: [{ expression: each.license }] }),
    purl: purlOf(each),
    hashes: [hashOf(each, lock.npm[each.id]?.integrity)],
  }));
  const runtime = RUNTIME_PARTS.map(({ name, version, license, holder, home }) => ({
    type: name === "Deno" ? "platform" : "library",
    "bom-ref": `runtime:${name}`,
    name,
    ...(version === undefined ? {} : { version }),
    copyright: holder,
    licenses: [{ expression: license }],
    externalReferences: [{ type: "website", url: home }],
  }));
  const bill = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": program,
        name: PROGRAM,
        version: order.version,
        licenses: [{ license: { id: order.license } }],
        purl: program,
      },
    },
    components: [...runtime, ...packages],
    dependencies: dependenciesOf(program, order.packages),
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

function dependenciesOf(program: string, packages: readonly Package[]): readonly Dependency[] {
  const known = new Map(packages.map((each) => [each.id, purlOf(each)]));
  const refs = (ids: readonly string[]): readonly string[] =>
    [
      ...new Set(ids.flatMap((id) => known.get(id) ?? [])),
    ].sort();
  const direct = refs(packages.filter(({ direct }) => direct).map(({ id }) => id));
  const [deno, ...inside] = RUNTIME_PARTS.map(({ name }) => `runtime:${name}`);
  const runtime = deno === undefined ? [] : [{ ref: deno, dependsOn: inside }];
  return [
    { ref: program, dependsOn: [...runtime.map(({ ref }) => ref), ...direct] },
    ...runtime,
    ...packages.map((each) => ({ ref: purlOf(each), dependsOn: refs(each.dependencies) })),
  ];
}

function purlOf({ name, version }: Package): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

interface Hash {
  readonly alg: "SHA-512";
  readonly content: string;
}

/** @throws {UserFacingError} for a package that the lock file does not hold by its checksum */
function hashOf({ id }: Package, integrity: string | undefined): Hash {
  const [, digest] = /^sha512-(.+)$/.exec(integrity ?? "") ?? [];
  if (digest === undefined) {
    throw new UserFacingError(`Cannot write the bill of materials: deno.lock does not hold ${id}`);
  }
  return { alg: "SHA-512", content: Uint8Array.fromBase64(digest).toHex() };
}
