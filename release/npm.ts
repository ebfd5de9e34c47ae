/** `deno task npm`: the packages for npm in `dist/npm/`, out of the executables in `dist/`. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserFacingError } from "../src/core/errors.ts";
import { PUBLISHER } from "../src/core/publisher.ts";
import { misused, runCommand, understood } from "./command.ts";
import { writeNpmPackages } from "./npm_packages.ts";
import { TARGETS } from "./targets.ts";

const HELP = `Make the packages for npm, after deno task compile --all

Usage: deno task npm [--dist FOLDER] [--scope SCOPE] [--repository URL]

Options:
  --dist FOLDER     where the executables are, instead of dist; the packages are written to
                    FOLDER/npm, and their folders are printed in the order of publishing
  --scope SCOPE     a scope for trying it out, such as @example; otherwise that of
                    src/core/publisher.ts
  --repository URL  where they are built, which npm asks for with --provenance
  -h, --help        show this text
`;

const SCOPE = /^@[a-z0-9][a-z0-9._-]*$/;

function withoutScope(scope: string): UserFacingError {
  return scope === ""
    ? new UserFacingError("Cannot make the packages for npm: nobody publishes them yet", {
      remedy: "Set PUBLISHER in src/core/publisher.ts, or try it out with --scope @example",
    })
    : misused(`"${scope}" is no scope of npm, which is written as @name`);
}

if (import.meta.main) {
  await runCommand("npm", async (print) => {
    const { dist, scope, repository, help } = understood({
      args: Deno.args,
      options: {
        dist: { type: "string", default: "dist" },
        scope: { type: "string", default: PUBLISHER?.npmScope ?? "" },
        repository: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
    if (help) return print(HELP);
    if (!SCOPE.test(scope)) throw withoutScope(scope);
    const executables = resolve(dist);
    const folders = await writeNpmPackages({
      root: fileURLToPath(new URL("../", import.meta.url)),
      executables,
      output: join(executables, "npm"),
      targets: TARGETS,
      scope,
      publisher: PUBLISHER,
      repository,
      variables: Deno.env.toObject(),
    });
    print(folders.map((folder) => `${folder}\n`).join(""));
  });
}
