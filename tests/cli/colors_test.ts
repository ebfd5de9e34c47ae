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
    const plain = [{ NO_COLOR: "1" }, { TERM: "dumb" }];
    const [colored, ...texts] = await Promise.all([{}, ...plain].map(printed));
    assert.ok(colored?.includes(ESCAPE));
    for (const text of texts) {
      assert.match(text, /^Usage: /m);
      assert.ok(!text.includes(ESCAPE), text);
    }
  },
});
