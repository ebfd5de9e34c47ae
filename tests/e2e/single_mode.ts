/** The whole program at work in single mode, with whichever Codex a test asks for. */
import { Stage, type StageOptions } from "./stage.ts";

/** A test that begins when the program polls and the owner is in single mode. */
export function singleModeTest(
  name: string,
  options: StageOptions,
  body: (stage: Stage) => Promise<void>,
): void {
  Deno.test(`${options.backend} ${options.codex}: ${name}`, async () => {
    await using stage = await Stage.set(options);
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    await body(stage);
  });
}
