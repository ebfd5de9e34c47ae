/** `deno task npm`: the packages for npm in `dist/npm/`, out of the executables in `dist/`. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand, understood } from "./command.ts";
import { writeNpmPackages } from "./npm_packages.ts";
import { TARGETS } from "./targets.ts";

const HELP = `Make the packages for npm, after deno task compile --all

Usage: deno task npm [--dist FOLDER] [--repository URL]

Options:
  --dist FOLDER     where the executables are, instead of dist; the packages are written to
                    FOLDER/npm, and their folders are printed in the order of publishing
  --repository URL  where they are built, which npm asks for with --provenance
  -h, --help        show this text
`;

if (import.meta.main) {
  await runCommand("npm", async (print) => {
    const { dist, repository, help } = understood({
      args: Deno.args,
      options: {
        dist: { type: "string", default: "dist" },
        repository: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
    if (help) return print(HELP);
    const executables = resolve(dist);
    const folders = await writeNpmPackages({
      root: fileURLToPath(new URL("../", import.meta.url)),
      executables,
      output: join(executables, "npm"),
      targets: TARGETS,
      repository,
      variables: Deno.env.toObject(),
    });
    print(folders.map((folder) => `${folder}\n`).join(""));
  });
}
