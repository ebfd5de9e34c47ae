import assert from "node:assert/strict";
import type { Process } from "../../../src/cli/process.ts";
import { Cancelled, SecretLine } from "../../../src/cli/prompt/keyboard.ts";
import { Prompt } from "../../../src/cli/prompt/prompt.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

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
    clock: new FakeClock(),
    stop: new AbortController().signal,
    launch: () => Promise.reject(new Error("nothing is launched here")),
    unread: new AbortController().signal,
    print: (text) => void (shown += text),
    printError: () => {},
    ...changes,
  };
  return { prompt: new Prompt(process, { assumeDefaults: false }), shown: () => shown, raw };
}

Deno.test("a line may arrive in pieces, even within a Korean letter", async () => {
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

Deno.test("a hidden line is read with echo off, and the terminal is restored", async () => {
  const { prompt, shown, raw } = typing(["12:a", "b\rvisible\n"]);
  assert.equal(await prompt.secret("Token"), "12:ab");
  assert.deepEqual(raw, [true, false]);
  assert.equal(await prompt.line("Where?", "/x"), "visible");
  assert.doesNotMatch(shown(), /12|ab/);
});

Deno.test("Ctrl-C and the end of input cancel, and the terminal is restored", async () => {
  for (const keys of ["ab\x03", "ab"]) {
    const { prompt, raw } = typing([keys]);
    await assert.rejects(prompt.secret("Token"), Cancelled);
    assert.deepEqual(raw, [true, false]);
  }
  await assert.rejects(typing(["no end"]).prompt.line("Where?", "/x"), Cancelled);
});

Deno.test("a stop signal ends an open question", async () => {
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

Deno.test("keys typed before and while init waits answer no later question", async () => {
  const keys = new TransformStream<Uint8Array>();
  const writer = keys.writable.getWriter();
  const type = (text: string): Promise<void> => writer.write(new TextEncoder().encode(text));
  const raw: boolean[] = [];
  const setRaw = (on: boolean): void => void raw.push(on);
  const terminal = { input: keys.readable, interactive: true, columns: 80, colors: false, setRaw };
  const { prompt } = typing([], { terminal });
  await Promise.all([prompt.line("Where?", "/x"), type("/y\ny\n")]);
  await prompt.unheard(async () => {
    await type("y\ny");
  });
  assert.deepEqual(raw, [true, false]);
  const answer = prompt.confirm("Is that you?");
  await type("n\n");
  assert.equal(await answer, false);
});

Deno.test("Ctrl-C ends the waiting", async () => {
  const { prompt, raw } = typing(["hm", "\x03"]);
  const waited = prompt.unheard((signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    })
  );
  await assert.rejects(waited, Cancelled);
  assert.deepEqual(raw, [true, false]);
});

Deno.test("text and questions wrap between words in a narrow terminal", async () => {
  const { prompt, shown } = typing(["\n\n"], {
    terminal: {
      input: new Blob(["\n\n"]).stream(),
      interactive: true,
      columns: 24,
      colors: false,
      setRaw: () => {},
    },
  });
  prompt.say("Or write it yourself:\n\n  https://t.me/a_bot?start=CODE");
  prompt.explain([["run", "start the bot, then write"], ["doctor", "look"]]);
  await prompt.line("In which folder shall it work?", "/home/ann");
  await prompt.choose("How?", [{ label: "plan: is planned and reviewed", value: 1 }]);
  assert.equal(
    shown(),
    `Or write it yourself:

  https://t.me/a_bot?start=CODE
  run
    start the bot, then
    write
  doctor
    look
In which folder shall it
work? [/home/ann]: How?
  1) plan: is planned
     and reviewed
1 to 1 [1]: `,
  );
});

for (
  const [name, keys, text] of [
    ["letters", "abc\r", "abc"],
    ["a paste between its marks", "\x1b[200~12:ab\x1b[201~\r", "12:ab"],
    ["backspace", "abX\x7fc\r", "abc"],
    ["backspace on wide characters", "a한글\x7f\x7fb😀\x7f\r", "ab"],
    ["backspace at the beginning", "\x7f\x08a\r", "a"],
    ["Ctrl-U", "wrong\x15right\r", "right"],
    ["arrow and function keys", "a\x1b[D\x1bOPb\x1b[3~\r", "ab"],
    ["other control characters", "a\x00\x01\tb\n", "ab"],
  ] as const
) {
  Deno.test(`a hidden line takes ${name}, in one piece and key by key`, () => {
    const whole = new SecretLine();
    assert.equal(whole.type(keys), keys.length);
    assert.deepEqual([whole.state, whole.text], ["entered", text]);

    const byKey = new SecretLine();
    let unread = "";
    for (const key of keys) {
      unread += key;
      unread = unread.slice(byKey.type(unread));
    }
    assert.deepEqual([byKey.state, byKey.text, unread], ["entered", text, ""]);
  });
}

for (const [name, keys] of [["Ctrl-C", "ab\x03"], ["Ctrl-D on an empty line", "\x04"]] as const) {
  Deno.test(`a hidden line is cancelled by ${name}`, () => {
    const line = new SecretLine();
    line.type(keys);
    assert.equal(line.state, "cancelled");
  });
}

Deno.test("keys typed after a hidden line belong to the next one", () => {
  for (const end of ["\r", "\r\n", "\n"]) {
    assert.equal(new SecretLine().type(`a${end}next`), 1 + end.length, JSON.stringify(end));
  }
});
