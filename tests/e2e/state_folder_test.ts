/** A state folder that vanishes under the running program, and a clock that is wrong. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { FAKETIME, hasFaketime } from "../faults/faketime.ts";
import { removeFolder } from "../support/temporary_folder.ts";
import { singleModeTest } from "./single_mode.ts";
import { Stage, type StageOptions } from "./stage.ts";

const ECHO: StageOptions = { codex: "none", backend: "echo" };

singleModeTest(
  "a state folder that vanishes is noticed, told and written anew",
  ECHO,
  async (stage) => {
    await removeFolder(stage.stateFolder);
    await stage.world.waitForMessage(
      stage.chat,
      ({ text }) => /deleted or replaced while I was running/.test(text),
    );
    await stage.logged(/ storage\.rescued /);
    await stage.ask("hello", /hello/);
    const database = await Deno.stat(join(stage.stateFolder, "state.db"));
    assert.ok(database.size > 0);
  },
);

Deno.test({
  name: "a clock that is wrong by hours makes no message old",
  ignore: !await hasFaketime(),
  fn: async () => {
    for (const offset of ["+3h", "-3h"]) {
      await using stage = await Stage.set(ECHO);
      stage.variables = {
        LD_PRELOAD: FAKETIME,
        FAKETIME: offset,
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      };
      await stage.start();
      await stage.ask("/mode single", /Mode set to single/);
      await stage.ask("hello", /hello/);
    }
  },
});
