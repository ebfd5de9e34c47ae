/** What a project's files offer as checks. */
import assert from "node:assert/strict";
import { proposedChecks } from "../../../src/core/checks/proposals.ts";
import { tomlLine } from "../../../src/core/checks/toml.ts";

function offered(files: Readonly<Record<string, string>>): string[] {
  const texts = new Map(Object.entries(files).filter(([, text]) => text !== ""));
  return proposedChecks({ names: Object.keys(files), texts })
    .map(({ name, command, source }) => `${name}: ${command} (${source})`);
}

const PROJECTS: readonly (readonly [
  kind: string,
  files: Readonly<Record<string, string>>,
  offered: readonly string[],
])[] = [
  ["nothing", { "README.md": "" }, []],
  [
    "npm",
    {
      "package.json": JSON.stringify({
        scripts: {
          test: "vitest run",
          lint: "eslint .",
          dev: "vite",
          typecheck: "tsc",
          start: "x",
        },
      }),
    },
    [
      "typecheck: npm run typecheck (package.json)",
      "lint: npm run lint (package.json)",
      "test: npm test (package.json)",
    ],
  ],
  [
    "what npm init writes",
    { "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' },
    [],
  ],
  [
    "pnpm by its lock file",
    { "package.json": '{"scripts":{"test":"jest"}}', "pnpm-lock.yaml": "" },
    ["test: pnpm test (package.json)"],
  ],
  [
    "yarn by what is declared",
    { "package.json": '{"packageManager":"yarn@4.1.0","scripts":{"lint":"x"}}' },
    ["lint: yarn run lint (package.json)"],
  ],
  [
    "bun",
    { "package.json": '{"scripts":{"test":"bun test"}}', "bun.lock": "" },
    ["test: bun run test (package.json)"],
  ],
  ["a package.json that is none", { "package.json": "{" }, []],
  ["scripts of another shape", { "package.json": '{"scripts":[1]}' }, []],
  [
    "deno with tasks, comments and commas",
    {
      "deno.jsonc":
        '{ // tasks\n "tasks": { "check": "deno check .", "test": {"command": "x"}, }, }',
    },
    ["check: deno task check (deno.jsonc)", "test: deno task test (deno.jsonc)"],
  ],
  [
    "deno without tasks",
    { "deno.json": "{}" },
    [
      "check: deno check . (deno.json)",
      "lint: deno lint (deno.json)",
      "test: deno test (deno.json)",
    ],
  ],
  [
    "make",
    { Makefile: "CC := cc\n.PHONY: test\nall: x\ntest: all\n\t./run\nlint:\n\tx\nclean:\n" },
    ["lint: make lint (Makefile)", "test: make test (Makefile)"],
  ],
  [
    "just",
    { justfile: "set shell := ['sh']\ntest:\n  cargo test\n@lint:\n  x\nrelease version:\n  y\n" },
    ["lint: just lint (justfile)", "test: just test (justfile)"],
  ],
  ["Task", { "Taskfile.yml": "version: 3\ntasks:\n  test:\n    cmds: [x]\n" }, [
    "test: task test (Taskfile.yml)",
  ]],
  ["Rust", { "Cargo.toml": "" }, [
    "clippy: cargo clippy --all-targets -- -D warnings (Cargo.toml)",
    "test: cargo test (Cargo.toml)",
  ]],
  ["Go", { "go.mod": "" }, ["vet: go vet ./... (go.mod)", "test: go test ./... (go.mod)"]],
  [
    "Python with tools in pyproject.toml",
    {
      "pyproject.toml": "[tool.ruff]\nline-length = 100\n[tool.pytest.ini_options]\n",
      "uv.lock": "",
    },
    [
      "ruff: uv run ruff check . (pyproject.toml)",
      "pytest: uv run pytest -q (pyproject.toml)",
    ],
  ],
  [
    "Python with tools among its dependencies",
    { "pyproject.toml": '[dependency-groups]\ndev = ["pytest>=8", "mypy"]\n' },
    ["mypy: mypy . (pyproject.toml)", "pytest: pytest -q (pyproject.toml)"],
  ],
  ["pytest.ini alone", { "pytest.ini": "" }, ["pytest: pytest -q (pytest.ini)"]],
  ["tox", { "tox.ini": "[tox]\nenvlist = py\n" }, ["tox: tox (tox.ini)"]],
  ["nox", { "noxfile.py": "" }, ["nox: nox (noxfile.py)"]],
  ["Gradle with its wrapper", { "build.gradle.kts": "", gradlew: "" }, [
    "check: ./gradlew check (build.gradle.kts)",
  ]],
  ["Maven", { "pom.xml": "" }, ["verify: mvn -q verify (pom.xml)"]],
  ["Maven with its wrapper", { "pom.xml": "", mvnw: "" }, ["verify: ./mvnw -q verify (pom.xml)"]],
  [".NET", { "App.sln": "" }, ["test: dotnet test (App.sln)"]],
  ["Elixir", { "mix.exs": "" }, ["test: mix test (mix.exs)"]],
  ["Swift", { "Package.swift": "" }, ["test: swift test (Package.swift)"]],
  ["PHP", { "composer.json": '{"scripts":{"test":"phpunit","lint":["x"]}}' }, [
    "lint: composer run lint (composer.json)",
    "test: composer run test (composer.json)",
  ]],
  [
    "several kinds at once have different names, a project's own recipes first",
    { Makefile: "test:\n\tx\n", "package.json": '{"scripts":{"test":"x"}}', "go.mod": "" },
    [
      "test: make test (Makefile)",
      "test-2: npm test (package.json)",
      "vet: go vet ./... (go.mod)",
      "test-3: go test ./... (go.mod)",
    ],
  ],
];

for (const [kind, files, wanted] of PROJECTS) {
  Deno.test(`proposedChecks() knows ${kind}`, () => assert.deepEqual(offered(files), wanted));
}

Deno.test("tomlLine() is what conf.toml takes, with names where they say more", () => {
  assert.equal(
    tomlLine([
      { name: "test", command: "deno test" },
      { name: "unit", command: 'x "a b"', timeoutMs: 30_000 },
    ]),
    'checks = ["deno test", { name = "unit", command = "x \\"a b\\"", timeout = 30 }]',
  );
});
