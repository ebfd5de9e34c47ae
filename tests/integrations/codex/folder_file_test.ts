/** What the script says decides whether a file is read in the other, weaker way. */
import assert from "node:assert/strict";
import { type Ask, readAnswer } from "../../../src/integrations/codex/app_server/answers.ts";
import { RpcError } from "../../../src/integrations/codex/app_server/json_rpc.ts";
import { readFolderFile } from "../../../src/integrations/codex/app_server/folder_file.ts";

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Reads a file of which the script says that. @returns what came back, and what was asked for it */
async function read(ran: Ran | RpcError): Promise<readonly string[]> {
  const asked: string[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    "command/exec": { stderr: "", ...ran },
    "fs/getMetadata": { isFile: true, isSymlink: false },
    "fs/readFile": { dataBase64: btoa("the other way") },
  };
  const ask: Ask = (method) => {
    asked.push(method);
    return ran instanceof RpcError && method === "command/exec"
      ? Promise.reject(ran)
      : Promise.resolve(readAnswer(method, answers[method]));
  };
  const file = { workingDirectory: "/w", path: "folder/file", mostBytes: 100 };
  const came = await readFolderFile(ask, file).then(
    ({ bytes }) => new TextDecoder().decode(bytes),
    ({ message }) => `refused: ${message}`,
  );
  return [came, ...asked];
}

const OTHER_WAY = [
  "the other way",
  "command/exec",
  "fs/getMetadata",
  "fs/getMetadata",
  "fs/readFile",
];

Deno.test("a file is read once by the script where that works", async () => {
  const stdout = `begun\nsize 5\n${btoa("words")}\n`;
  assert.deepEqual(await read({ exitCode: 0, stdout }), ["words", "command/exec"]);
});

Deno.test("a file is read in the other way only where no script can tell what it has opened", async () => {
  assert.deepEqual(await read({ exitCode: 7, stdout: "begun\n" }), OTHER_WAY);
  assert.deepEqual(await read({ exitCode: 127, stdout: "" }), OTHER_WAY);
  assert.deepEqual(await read(new RpcError(-32600, "no sandbox here")), OTHER_WAY);
});

Deno.test("a script that fails on its way has read no file, and neither does anything else", async () => {
  for (const exitCode of [1, 2, 137]) {
    const [came, ...asked] = await read({ exitCode, stdout: "begun\n" });
    assert.match(came ?? "", /^refused: Cannot fetch the file: folder\/file cannot be opened/);
    assert.deepEqual(asked, ["command/exec"]);
  }
});
