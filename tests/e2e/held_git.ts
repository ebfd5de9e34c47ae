/** A git that stops where a test wants it, for kills and cancellations in the middle of its work. */
import assert from "node:assert/strict";
import { delimiter, join } from "node:path";
import { isListed, until, unusualSleep } from "../support/processes.ts";
import { writeProgram } from "../support/write_program.ts";
import type { Stage } from "./stage.ts";

export async function shell(folder: string, text: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-euc", text],
    cwd: folder,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

export class HeldGit {
  readonly #sleep = unusualSleep();
  readonly #holds: string;

  private constructor(holds: string) {
    this.#holds = holds;
  }

  /**
   * Puts it on the way of programs that are started from now on.
   * @param when a pattern of the shell that its arguments fit; of files to be written, it writes one
   */
  static async put(stage: Stage, when: string): Promise<HeldGit> {
    const held = new HeldGit(join(stage.home, "hold"));
    const git = (await shell(stage.home, "command -v git")).trim();
    const folder = join(stage.home, "bin");
    await Deno.mkdir(folder);
    const text = `#!/bin/sh
case " $* " in
  ${when}) if [ -e '${held.#holds}' ]; then
    case " $* " in *" checkout-index "*) head -z -n 1 | ${git} "$@" ;; esac
    exec ${held.#sleep}
  fi ;;
esac
exec ${git} "$@"
`;
    await writeProgram(join(folder, "git"), text);
    stage.variables = { PATH: `${folder}${delimiter}${Deno.env.get("PATH")}` };
    return held;
  }

  hold(): Promise<void> {
    return Deno.writeTextFile(this.#holds, "");
  }

  reached(): Promise<void> {
    return until(() => isListed(this.#sleep));
  }

  /** Lets git work again, and ends what is held. */
  async letGo(): Promise<void> {
    await Deno.remove(this.#holds);
    await until(async () => {
      const pattern = this.#sleep.replaceAll(".", "[.]");
      await new Deno.Command("pkill", { args: ["-9", "-f", "-x", pattern] }).output();
      return !await isListed(this.#sleep);
    });
  }
}
