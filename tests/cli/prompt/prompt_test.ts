import assert from "node:assert/strict";
import type { Process } from "../../../src/cli/process.ts";
import { Cancelled } from "../../../src/cli/prompt/cancelled.ts";
import { Prompt } from "../../../src/cli/prompt/prompt.ts";

interface Asked {
  readonly prompt: Prompt;
  readonly shown: () => string;
  /** What the terminal was switched to. */
  readonly raw: readonly boolean[];
}

/** A person who types these pieces, one arriving after the other. */
function typing(pieces: readonly (string | Uint8Array)[], changes: Partial<Process> = {}): Asked {
  let shown = "";
  const raw: boolean[] = [];
  const encoder = new TextEncoder();
  const process: Process = {
    arguments: [],
    variables: {},
    workingDirectory: "/",
    version: "0",
    program: { os: "linux", command: ["x"] },
    terminal: {
      input: ReadableStream.from(
        pieces.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece),
      ),
      interactive: true,
      columns: 80,
      colors: false,
      setRaw: (on) => void raw.push(on),
    },
    stop: new AbortController().signal,
    unread: new AbortController().signal,
    print: (text) => void (shown += text),
    printError: () => {},
    ...changes,
  };
  return { prompt: new Prompt(process, { assumeDefaults: false }), shown: () => shown, raw };
}

Deno.test("a line may come in pieces, also within a Korean letter", async () => {
  const bytes = new TextEncoder().encode("~/프로젝트\n/next\n");
  await using asked = typing([bytes.slice(0, 4), bytes.slice(4, 9), bytes.slice(9)]).prompt;
  assert.equal(await asked.line("Where?", "/x"), "~/프로젝트");
  assert.equal(await asked.line("Where?", "/x"), "/next");
});

Deno.test("an empty line is the default", async () => {
  const { prompt, shown } = typing(["\n\n\n"]);
  assert.equal(await prompt.line("Where?", "/x"), "/x");
  assert.equal(await prompt.confirm("Well?", true), true);
  assert.equal(
    await prompt.choose("Which?", [{ label: "a", value: 1 }, { label: "b", value: 2 }]),
    1,
  );
  assert.match(shown(), /^Where\? \[\/x\]: Well\? \[Y\/n\]: Which\?\n {2}1\) a\n {2}2\) b\n/);
});

Deno.test("a question without a default is asked until it is answered", async () => {
  const { prompt, shown } = typing(["\nhm\nyes\n"]);
  assert.equal(await prompt.confirm("You?"), true);
  assert.equal(shown().split("You? [y/n]").length, 4);
});

Deno.test("a hidden line is asked for once nothing is shown, and the terminal comes back", async () => {
  const { prompt, shown, raw } = typing(["12:a", "b\rvisible\n"]);
  assert.equal(await prompt.secret("Token"), "12:ab");
  assert.deepEqual(raw, [true, false]);
  assert.equal(await prompt.line("Where?", "/x"), "visible");
  assert.doesNotMatch(shown(), /12|ab/);
});

Deno.test("Ctrl-C and an end of the input cancel, and the terminal comes back", async () => {
  for (const keys of ["ab\x03", "ab"]) {
    const { prompt, raw } = typing([keys]);
    await assert.rejects(prompt.secret("Token"), Cancelled);
    assert.deepEqual(raw, [true, false]);
  }
  await assert.rejects(typing(["no end"]).prompt.line("Where?", "/x"), Cancelled);
});

Deno.test("a stop signal ends a question that is open", async () => {
  const stop = new AbortController();
  const never = new ReadableStream<Uint8Array>();
  const { terminal } = {
    terminal: { interactive: true, columns: 80, colors: false, setRaw: () => {} },
  };
  const { prompt } = typing([], { stop: stop.signal, terminal: { ...terminal, input: never } });
  const line = prompt.line("Where?", "/x");
  stop.abort();
  await assert.rejects(line, Cancelled);
});
