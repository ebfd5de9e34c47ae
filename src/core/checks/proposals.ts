/**
 * Proposes checks from what a project offers, by its files alone; pure. A proposal is a guess that a
 * person accepts or not: nothing of it is run unasked.
 */
import { parse as parseToml } from "smol-toml";
import { z } from "../schema.ts";
import { nameOf, uniqueName } from "./check.ts";

export interface ProposedCheck {
  readonly name: string;
  readonly command: string;
  /** The file that offers it. */
  readonly source: string;
}

/** Files whose contents are looked at; of all others the name is enough. */
export const READ_FILES = [
  "deno.json",
  "deno.jsonc",
  "package.json",
  "pyproject.toml",
  "tox.ini",
  "composer.json",
  "Makefile",
  "makefile",
  "GNUmakefile",
  "justfile",
  "Justfile",
  ".justfile",
  "Taskfile.yml",
  "Taskfile.yaml",
] as const;

export interface ProjectFiles {
  /** Of the folder itself. */
  readonly names: readonly string[];
  /** Contents of {@link READ_FILES}, as far as they could be read. */
  readonly texts: ReadonlyMap<string, string>;
}

export const MOST_PROPOSALS = 12;

/** In the order in which they should run: what is quick and tells much comes first. */
export function proposedChecks(files: ProjectFiles): ProposedCheck[] {
  const found = SOURCES.flatMap((source) => source(files));
  const commands = new Set<string>();
  const proposals: ProposedCheck[] = [];
  for (const { command, source } of found) {
    if (commands.has(command) || proposals.length >= MOST_PROPOSALS) continue;
    commands.add(command);
    const name = uniqueName(nameOf(command), proposals.map((each) => each.name));
    proposals.push({ name, command, source });
  }
  return proposals;
}

type Found = Omit<ProposedCheck, "name">;
type Source = (files: ProjectFiles) => Found[];

/** Names of scripts and targets that prove something and end by themselves, best first. */
const WORTHWHILE = [
  /^(?:type-?check|types|tsc|check[-:]types)$/i,
  /^check$/i,
  /^lint$/i,
  /^(?:fmt|format)[-:.]?check$/i,
  /^(?:unit[-:.]?)?tests?$/i,
  /^test[-:.]unit$/i,
  /^build$/i,
  /^verify$/i,
] as const;

function worthwhile(names: readonly string[]): string[] {
  return WORTHWHILE.flatMap((pattern) => names.filter((name) => pattern.test(name)));
}

const deno: Source = ({ names, texts }) => {
  const source = names.find((name) => /^deno\.jsonc?$/.test(name));
  if (source === undefined) return [];
  const tasks = Object.keys(TASKS.parse(jsonc(texts.get(source) ?? "")).tasks);
  const offered = worthwhile(tasks).map((task) => `deno task ${task}`);
  const own = ["deno check .", "deno lint", "deno test"].filter((command) => {
    const [, word = ""] = command.split(" ");
    return !tasks.includes(word);
  });
  return [...offered, ...offered.length > 0 ? [] : own].map((command) => ({ command, source }));
};

const node: Source = ({ names, texts }) => {
  if (!names.includes("package.json")) return [];
  const { scripts, packageManager = "" } = PACKAGE.parse(jsonc(texts.get("package.json") ?? ""));
  const runner = nodeRunner(names, packageManager);
  const real = Object.entries(scripts)
    // What `npm init` writes.
    .filter(([, script]) => !/no test specified/.test(script)).map(([name]) => name);
  return worthwhile(real).map((name) => ({
    command: name === "test" && runner !== "bun" ? `${runner} test` : `${runner} run ${name}`,
    source: "package.json",
  }));
};

function nodeRunner(names: readonly string[], declared: string): string {
  const named = /^(npm|pnpm|yarn|bun)@/.exec(declared)?.[1];
  if (named !== undefined) return named;
  if (names.includes("pnpm-lock.yaml")) return "pnpm";
  if (names.includes("yarn.lock")) return "yarn";
  return names.some((name) => /^bun\.lockb?$/.test(name)) ? "bun" : "npm";
}

const rust: Source = ({ names }) =>
  names.includes("Cargo.toml")
    ? ["cargo clippy --all-targets -- -D warnings", "cargo test"]
      .map((command) => ({ command, source: "Cargo.toml" }))
    : [];

const go: Source = ({ names }) =>
  names.includes("go.mod")
    ? ["go vet ./...", "go test ./..."].map((command) => ({ command, source: "go.mod" }))
    : [];

const python: Source = ({ names, texts }) => {
  const written = texts.get("pyproject.toml");
  const project = PYPROJECT.parse(toml(written ?? ""));
  const uses = (tool: string, ...files: string[]): boolean =>
    Object.hasOwn(project.tool, tool) || files.some((file) => names.includes(file)) ||
    new RegExp(`["']${tool}\\b`).test(written ?? "");
  const run = names.includes("uv.lock")
    ? "uv run "
    : names.includes("poetry.lock")
    ? "poetry run "
    : "";
  const source = written === undefined
    ? names.find((name) =>
      /^(?:pytest\.ini|tox\.ini|noxfile\.py|setup\.(?:py|cfg)|requirements.*\.txt)$/.test(name)
    )
    : "pyproject.toml";
  if (source === undefined) return [];
  const commands = [
    ...(uses("ruff", "ruff.toml", ".ruff.toml") ? [`${run}ruff check .`] : []),
    ...(uses("mypy", "mypy.ini") ? [`${run}mypy .`] : []),
    ...(uses("pyright", "pyrightconfig.json") ? [`${run}pyright`] : []),
    ...(uses("pytest", "pytest.ini", "conftest.py") || /\[pytest\]/.test(texts.get("tox.ini") ?? "")
      ? [`${run}pytest -q`]
      : []),
  ];
  const runners = [
    ...(names.includes("tox.ini") ? ["tox"] : []),
    ...(names.includes("noxfile.py") ? ["nox"] : []),
  ];
  return (commands.length > 0 ? commands : runners).map((command) => ({ command, source }));
};

const java: Source = ({ names }) => {
  const gradle = names.find((name) => /^build\.gradle(?:\.kts)?$/.test(name));
  const gradlew = names.includes("gradlew") ? "./gradlew" : "gradle";
  const maven = names.includes("mvnw") ? "./mvnw" : "mvn";
  return [
    ...(gradle === undefined ? [] : [{ command: `${gradlew} check`, source: gradle }]),
    ...(names.includes("pom.xml") ? [{ command: `${maven} -q verify`, source: "pom.xml" }] : []),
  ];
};

/** One command for the file that says which kind of project it is. */
const BY_FILE: readonly (readonly [file: RegExp, command: string])[] = [
  [/\.(?:sln|slnx|csproj|fsproj)$/, "dotnet test"],
  [/^mix\.exs$/, "mix test"],
  [/^Package\.swift$/, "swift test"],
  [/^pubspec\.yaml$/, "dart analyze"],
  [/^build\.zig$/, "zig build test"],
  [/^\.rspec$/, "bundle exec rspec"],
  [/^\.rubocop\.yml$/, "bundle exec rubocop"],
  [/^Rakefile$/, "rake test"],
  [/^phpunit\.xml(?:\.dist)?$/, "vendor/bin/phpunit"],
  [/^build\.sbt$/, "sbt test"],
  [/^(?:WORKSPACE|MODULE\.bazel)$/, "bazel test //..."],
];

const others: Source = ({ names }) =>
  BY_FILE.flatMap(([file, command]) => {
    const source = names.find((name) => file.test(name));
    return source === undefined ? [] : [{ command, source }];
  });

const composer: Source = ({ texts }) => {
  const text = texts.get("composer.json");
  if (text === undefined) return [];
  const names = Object.keys(COMPOSER.parse(jsonc(text)).scripts);
  return worthwhile(names).map((name) => ({
    command: `composer run ${name}`,
    source: "composer.json",
  }));
};

/** Targets of make, recipes of just, tasks of Task: what is no file name and takes nothing. */
const recipes: Source = ({ names, texts }) =>
  RECIPES.flatMap(({ files, pattern, command }) => {
    const source = files.find((file) => names.includes(file));
    const text = source === undefined ? "" : texts.get(source) ?? "";
    const found = [...text.matchAll(pattern)].map(([, name = ""]) => name);
    return source === undefined
      ? []
      : worthwhile(found).map((name) => ({ command: `${command} ${name}`, source }));
  });

const RECIPES = [
  {
    files: ["GNUmakefile", "makefile", "Makefile"],
    pattern: /^([\w.-]+)[ \t]*:(?!=)/gm,
    command: "make",
  },
  {
    files: ["justfile", "Justfile", ".justfile"],
    pattern: /^@?([\w-]+)[ \t]*:(?!=)/gm,
    command: "just",
  },
  {
    files: ["Taskfile.yml", "Taskfile.yaml"],
    pattern: /^ {2}([\w:-]+):[ \t]*$/gm,
    command: "task",
  },
];

/** A project's own recipes come first: they say what its people run. */
const SOURCES: readonly Source[] = [recipes, deno, node, composer, python, rust, go, java, others];

const names = z.record(z.string(), z.unknown()).catch({});
const TASKS = z.object({ tasks: names }).catch({ tasks: {} });
const PACKAGE = z.object({
  scripts: z.record(z.string(), z.string()).catch({}),
  packageManager: z.string().optional().catch(undefined),
}).catch({ scripts: {} });
const COMPOSER = z.object({ scripts: names }).catch({ scripts: {} });
const PYPROJECT = z.object({ tool: names }).catch({ tool: {} });

/** Reads JSON with comments and commas at the end; undefined for anything else. */
function jsonc(text: string): unknown {
  const plain = text.replace(/^\ufeff/, "").replaceAll(
    /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_whole, quoted: string | undefined) => quoted ?? "",
  ).replaceAll(/("(?:\\.|[^"\\])*")|,(\s*[}\]])/g, (_whole, quoted, end) => quoted ?? end ?? "");
  try {
    return JSON.parse(plain);
  } catch {
    // A file that cannot be read offers nothing.
    return undefined;
  }
}

function toml(text: string): unknown {
  try {
    return parseToml(text);
  } catch {
    // As above.
    return undefined;
  }
}
