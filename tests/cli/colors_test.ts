/** Colours are for people at a terminal who have not asked to be spared them. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { noTerminal, TerminalSession } from "../support/terminal_session.ts";

const ESCAPE = "\x1b";

Deno.test({
  name: "help is coloured at a terminal, and not with NO_COLOR or TERM=dumb",
  ignore: noTerminal() !== undefined,
  async fn(): Promise<void> {
    await using home = await temporaryFolder();
    const printed = async (variables: Readonly<Record<string, string>>): Promise<string> => {
      const options = { home: home.path, arguments: ["--help"], variables, measured: false };
      await using terminal = new TerminalSession(options, home.path);
      assert.equal(await terminal.ended(), 0, terminal.screen);
      return terminal.screen;
    };
    assert.ok((await printed({})).includes(ESCAPE));
    for (const variables of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const text = await printed(variables);
      assert.match(text, /^Usage: /m);
      assert.ok(!text.includes(ESCAPE), JSON.stringify(variables));
    }
  },
});
