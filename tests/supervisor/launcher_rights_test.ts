/** What the launcher may still do once the application is at work. */
import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("the launcher gives all its rights up before the application begins", async () => {
  await using home = await temporaryFolder();
  const program = new URL("./programs/gives_rights_up.ts", import.meta.url).pathname;
  const [, ...flags] = manifest.tasks.start.command.split(" ").slice(0, -1);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // Whatever the start gives it, and the rest.
    args: [
      ...flags,
      "--allow-sys",
      "--allow-ffi",
      "--allow-import",
      program,
      home.path,
      "http://127.0.0.1:9",
    ],
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).split("\n");
  const rights = lines.filter((line) => /^[a-z]+ [a-z]+$/.test(line));
  assert.equal(rights.length, 8, lines.join("\n"));
  assert.deepEqual(rights.filter((line) => line.endsWith(" granted")), []);
});
