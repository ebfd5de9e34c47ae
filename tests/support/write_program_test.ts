import assert from "node:assert/strict";
import { temporaryFolder } from "./temporary_folder.ts";
import { writeProgram } from "./write_program.ts";

const TESTS = new URL("../", import.meta.url);

Deno.test("writeProgram() writes what can be started, and says why it cannot", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/program`;
  await writeProgram(path, '#!/bin/sh\necho "$1"\n');
  const { stdout } = await new Deno.Command(path, { args: ["said"] }).output();
  assert.equal(new TextDecoder().decode(stdout), "said\n");
  await assert.rejects(
    writeProgram(`${folder.path}/nowhere/program`, "x".repeat(100_000)),
    /nowhere/,
  );
});

Deno.test("no test writes a program by itself", async () => {
  const wrong = await Array.fromAsync(sources(TESTS), async (file) => {
    const text = await Deno.readTextFile(file);
    return /writeTextFile\([^;]*mode: 0o7[0-7]{2}/.test(text) ? file.pathname : undefined;
  });
  assert.deepEqual(wrong.filter((path) => path !== undefined), []);
});

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}
