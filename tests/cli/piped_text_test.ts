/** Whoever is asked to stop while nothing is piped in yet does so. */
import assert from "node:assert/strict";
import { commandLine } from "../support/command_line.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

for (
  const [words, said] of [
    [["chat", "--echo"], /^codex-orchestrator: stopped before anything was begun\n$/],
    [
      ["init", "--token-file", "-", "--allow-user", "1", "--working-directory", "."],
      /^codex-orchestrator: stopped before anything was written\n$/,
    ],
  ] as const
) {
  Deno.test(`${words[0]} that waits for its input stops when it is asked to`, async () => {
    await using home = await temporaryFolder();
    const stop = new AbortController();
    const reading = Promise.withResolvers<void>();
    const input = new ReadableStream<Uint8Array>({ pull: () => reading.resolve() }, {
      highWaterMark: 0,
    });
    const end = commandLine(words, {
      home: home.path,
      terminal: { input, interactive: false },
      stop: stop.signal,
    });
    await reading.promise;
    stop.abort();
    const { code, errors } = await end;
    assert.equal(code, 130, errors);
    assert.match(errors, said);
  });
}
