/** Holds the architecture by reading every source file: who imports whom, and what is forbidden. */
import assert from "node:assert/strict";

/** Which folders of `src` a folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  texts: ["core"],
  commands: ["texts", "report", "core"],
  bot: ["commands", "texts", "core"],
  terminal: ["commands", "texts", "core"],
  workflows: ["core"],
  integrations: ["core"],
  config: ["core"],
  report: ["core"],
  demo: ["core", "integrations"],
  supervisor: ["core", "config", "integrations", "app.ts", "chat_app.ts", "runtime.ts"],
  cli: [
    "core",
    "texts",
    "bot",
    "config",
    "integrations",
    "app.ts",
    "chat_app.ts",
    "demo",
    "supervisor",
    "report",
  ],
  "app.ts": ["core", "config", "bot", "integrations", "runtime.ts"],
  "chat_app.ts": ["core", "config", "terminal", "integrations", "runtime.ts"],
  "runtime.ts": ["core", "config", "workflows", "integrations", "reports.ts"],
  "reports.ts": ["core", "integrations", "report"],
};

/** What reaches outside the program; the inner folders get it handed in. */
const OUTSIDE =
  /\bDeno\.|\bfetch\(|\bDate\.now\(|\bnew Date\(\)|\bset(?:Timeout|Interval)\(|\bconsole\.|\bcrypto\.|\bMath\.random\(/;

const MOST_LINES = 450;

const ROOT = new URL("../", import.meta.url);

interface SourceFile {
  /** Relative to `src`, e.g. `bot/gate.ts`. */
  readonly path: string;
  readonly text: string;
}

Deno.test("every source file imports only from the folders below it", () => {
  const wrong = sourceFiles().flatMap((file) =>
    importedFolders(file)
      .filter((folder) => folder !== folderOf(file.path) && !allowed(file).includes(folder))
      .map((folder) => `src/${file.path} imports ${folder}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("no source files import each other in a circle", () => {
  assert.deepEqual(importCircles(), []);
});

Deno.test("the entries know the command line only", () => {
  for (const name of ["main.ts"]) {
    const text = Deno.readTextFileSync(new URL(name, ROOT));
    const folders = [...text.matchAll(/from "\.\/src\/([^/"]+)/g)].map(([, folder]) => folder);
    assert.deepEqual([...new Set(folders)], ["cli"], name);
  }
});

Deno.test("core, texts, commands and workflows reach outside through what they are handed only", () => {
  const wrong = sourceFiles()
    .filter(({ path }) => /^(?:core|texts|commands|workflows)\//.test(path))
    .filter(({ text }) => OUTSIDE.test(withoutComments(text)))
    .map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("Telegram is known in src/bot and src/demo only, and Codex protocols in their own folder", () => {
  const telegram = sourceFiles().filter(({ path, text }) =>
    /from "(?:grammy|@grammyjs\/)/.test(text) && !/^(?:bot|demo)\//.test(path)
  );
  const protocol = sourceFiles().filter(({ path, text }) =>
    /from "@modelcontextprotocol\//.test(text) && !path.startsWith("integrations/codex/")
  );
  assert.deepEqual([...telegram, ...protocol].map(({ path }) => path), []);
});

Deno.test("the addresses of the Bot API, which hold the token, go through the fetch that nobody traces", () => {
  const calling = sourceFiles()
    .filter(({ path }) => !path.startsWith("demo/"))
    .filter(({ text }) => /(?<![.\w]|async )fetch\(|\bnew Api\(/.test(withoutComments(text)))
    .map(({ path }) => path)
    .toSorted();
  // A new one is handed `untracedFetch`, unless it never calls the Bot API.
  assert.deepEqual(calling, [
    "bot/api.ts",
    "bot/intake/telegram_files.ts",
    "bot/setup/bot_check.ts",
    // Gets its fetch from src/app.ts, as the others do.
    "integrations/speech/transcribers.ts",
    "integrations/telemetry/tracing.ts",
  ]);
});

Deno.test("nobody is handed the runtime's own fetch", () => {
  const wrong = sourceFiles()
    .filter(({ path }) => !path.startsWith("demo/"))
    .filter(({ text }) => /(?<!untracedFetch)\(fetch[,)]|, fetch[,)]/.test(withoutComments(text)))
    .map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("schemas are made by core/schema.ts only, which sets how they work", () => {
  const importing = sourceFiles().filter(({ text }) => /from "zod"/.test(text))
    .map(({ path }) => path);
  assert.deepEqual(importing, ["core/schema.ts"]);
});

Deno.test("OpenTelemetry is known in src/integrations/telemetry only", () => {
  const wrong = sourceFiles()
    .filter(({ path, text }) =>
      /from "@opentelemetry\//.test(text) && !path.startsWith("integrations/telemetry/")
    )
    .map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

Deno.test("the events of a run are reduced for the run and for a step of its workflow only", () => {
  const reducing = sourceFiles()
    .filter(({ text }) => /(?<!function )\breduceRun\(/.test(withoutComments(text)))
    .map(({ path }) => path)
    .toSorted();
  assert.deepEqual(reducing, ["core/run/active_run.ts", "core/run/workflow.ts"]);
});

Deno.test("JSON that a person may see on a terminal hides nothing", () => {
  const raw = sourceFiles()
    .filter(({ path }) => /^(?:cli\/commands|commands|terminal)\//.test(path))
    .filter(({ text }) => text.includes("JSON.stringify"))
    .map(({ path }) => `${path}: use jsonText`);
  assert.deepEqual(raw, []);
});

Deno.test("what is thrown below the front-ends can be said in every language of the chat", () => {
  // A stopped run says nothing, one that ended early says its cause, and a chat without output nothing.
  const silent = /\bclass (?:TroubleError|RunCancelledError|EndedEarlyError|OutputError) extends /;
  const wrong = sourceFiles()
    .filter(({ path }) => ["core", "workflows", "integrations"].includes(folderOf(path)))
    .flatMap(({ path, text }) =>
      withoutComments(text).split("\n")
        .filter((line) => /\b(?:new|extends) UserFacingError\b/.test(line) && !silent.test(line))
        .map((line) => `src/${path}: ${line.trim()}`)
    );
  assert.deepEqual(wrong, []);
});

Deno.test("tests drive the releases of Codex that one file lists: NEWEST, LAST_WITH_MCP_SERVER", () => {
  const driven = /(?:codex: |codexProgram\(|TerminalStage\.set\()"\d/;
  const files = sourceFiles("tests/").filter(({ text }) => driven.test(text));
  assert.deepEqual(files.map(({ path }) => path), []);
});

Deno.test("no file has grown over its lines", () => {
  const long = sourceFiles()
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES);
  assert.deepEqual(long, []);
});

function allowed(file: SourceFile): readonly string[] {
  const folder = folderOf(file.path);
  const rule = MAY_IMPORT[folder];
  assert.ok(rule !== undefined, `src/${folder} has no rule: say what it may import`);
  return rule;
}

function importedFolders(file: SourceFile): string[] {
  const specifiers = [...file.text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)];
  return specifiers.flatMap(([, specifier]) => {
    const target = new URL(specifier ?? "", new URL(`src/${file.path}`, ROOT)).href;
    const source = new URL("src/", ROOT).href;
    // Files beside src (deno.json, conf.toml.example) belong to no folder of src.
    return target.startsWith(source) ? [folderOf(target.slice(source.length))] : [];
  });
}

/**
 * Finds circles of imports, each as the path that leads back to its first file. Leaves out imports of
 * types: they load nothing, so that their order cannot matter.
 */
function importCircles(): string[] {
  const imports = new Map(sourceFiles().map((file) => [file.path, loadedFiles(file)]));
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, before: readonly string[]): void => {
    if (before.includes(path)) {
      circles.push([...before.slice(before.indexOf(path)), path].join(" -> "));
    } else if (!finished.has(path)) {
      for (const next of imports.get(path) ?? []) visit(next, [...before, path]);
      finished.add(path);
    }
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}

function loadedFiles(file: SourceFile): string[] {
  const source = new URL("src/", ROOT).href;
  return [...file.text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?"(\.[^"]+)";/gm)]
    .map(([, specifier]) => new URL(specifier ?? "", new URL(file.path, source)).href)
    .filter((target) => target.startsWith(source))
    .map((target) => target.slice(source.length));
}

function folderOf(path: string): string {
  return path.split("/")[0] ?? path;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1")
    .replaceAll(/`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"/g, '""');
}

function sourceFiles(folder = "src/", prefix = ""): SourceFile[] {
  const files: SourceFile[] = [];
  for (const entry of Deno.readDirSync(new URL(folder, ROOT))) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory) files.push(...sourceFiles(`${folder}${entry.name}/`, `${path}/`));
    else if (entry.name.endsWith(".ts")) {
      files.push({ path, text: Deno.readTextFileSync(new URL(`${folder}${entry.name}`, ROOT)) });
    }
  }
  return files;
}
