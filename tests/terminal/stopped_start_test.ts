/** A chat that is stopped while it starts begins nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runChat } from "../../src/chat_app.ts";
import { loadChatConfig } from "../../src/config/chat_config.ts";
import type { ChatOptions } from "../../src/terminal/chat_options.ts";
import { environmentOf } from "../config/environments.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";

const OPTIONS = {
  view: "plain",
  attended: false,
  answered: false,
  shown: false,
  colors: false,
  language: "en",
  anew: true,
  mode: "single",
} as const;

for (
  const [what, wanted] of [
    ["a request", { request: "change everything" }],
    ["a conversation", {}],
  ] as const
) {
  Deno.test(`${what} that is stopped before it is taken up is not begun`, async () => {
    await using home = await temporaryFolder();
    const environment = environmentOf(home.path, {});
    const { config, conversation } = await loadChatConfig(environment, {
      echo: true,
      folder: home.path,
    });
    const state = join(home.path, ".codex-orchestrator");
    for (const path of [join(state, "traces"), join(config.stateFolder, "sessions")]) {
      await Deno.mkdir(path, { recursive: true });
    }
    const options: ChatOptions = { ...OPTIONS, ...wanted, conversation };
    const end = await runChat(config, options, {
      variables: {},
      version: "0",
      verbose: false,
      traced: false,
      write: () => {},
    }, AbortSignal.abort());
    assert.equal(end, "interrupted");
    // A run leaves its trace, and whatever is set its session.
    assert.deepEqual(namesIn(join(state, "traces")), []);
    assert.deepEqual(namesIn(join(config.stateFolder, "sessions")), []);
  });
}
