/** Whatever a document tells people to type is understood by the program as it is now. */
import assert from "node:assert/strict";
import { parse } from "@optique/core/parser";
import { formatMessage } from "@optique/core/message";
import { parse as splitWords } from "shell-quote";
import { commandLine } from "../../src/cli/commands/table.ts";
import manifest from "../../deno.json" with { type: "json" };
import { commandLines, documents } from "./documents.ts";

const DENO = `deno@${Deno.version.deno}`;
/** What the parser library adds to the commands. */
const BUILT_IN = ["--help", "-h", "--version", "-V", "help", "completion"];
/** Programs of Deno's own that documents mention beside the tasks. */
const DENO_COMMANDS = ["run", "test", "fmt", "lint"];

for (const document of await documents()) {
  const lines = commandLines(document);
  if (lines.length === 0) continue;
  Deno.test(`${document.path}: each of its commands is understood`, () => {
    assert.deepEqual(lines.map(problemOf).filter((problem) => problem !== undefined), []);
  });
}

Deno.test("a command that nobody knows is noticed", () => {
  assert.match(problemOf("codex-orchestrator --verbos") ?? "", /Did you mean --verbose/);
  assert.match(problemOf("npx -y deno@2.0.0 task start") ?? "", /deno@/);
  assert.match(problemOf(`npx -y ${DENO} task begin`) ?? "", /no task/);
  assert.match(problemOf(`npx -y ${DENO} task start begin`) ?? "", /begin/);
  assert.match(problemOf(`npx -y ${DENO} bundel`) ?? "", /deno bundel/);
  assert.equal(problemOf("codex-orchestrator"), undefined);
  assert.equal(problemOf(`npx -y ${DENO} task start permissions --conf PATH`), undefined);
});

function problemOf(line: string): string | undefined {
  const [program, ...words] = wordsOf(line);
  if (program === "codex-orchestrator") return misunderstood(line, words);
  const [, deno, command = "", task = "", ...rest] = words;
  if (deno !== undefined && deno !== DENO) return `${line}: this is ${DENO}`;
  if (command !== "task") {
    return DENO_COMMANDS.includes(command) ? undefined : `${line}: deno ${command}?`;
  }
  if (!Object.hasOwn(manifest.tasks, task)) return `${line}: there is no task ${task}`;
  return task === "start" ? misunderstood(line, rest) : undefined;
}

/** Up to the first pipe, redirection or pattern, which are the shell's. */
function wordsOf(line: string): readonly string[] {
  const parts = splitWords(line);
  const end = parts.findIndex((part) => typeof part !== "string");
  return (end < 0 ? parts : parts.slice(0, end)).filter((part) => typeof part === "string");
}

function misunderstood(line: string, words: readonly string[]): string | undefined {
  const [first] = words;
  if (first === undefined || BUILT_IN.includes(first)) return undefined;
  const result = parse(commandLine, words);
  return result.success ? undefined : `${line}: ${formatMessage(result.error, { quotes: false })}`;
}
