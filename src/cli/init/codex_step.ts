/** Whether there is a Codex that can work: found, new enough, logged in. */
import { CodexError } from "../../core/errors.ts";
import { createCodexBackend } from "../../integrations/codex/create_backend.ts";
import { type Setup, SILENT_LOG } from "./setup.ts";

/** What is missing is told, and no reason to stop: the bot says so as well until it is mended. */
export async function checkCodex(setup: Setup): Promise<void> {
  const { prompt, options } = setup;
  if (options.skipCodexCheck) return;
  for (;;) {
    const trouble = await troubleWithCodex(setup);
    if (trouble === undefined) return;
    prompt.say(`${trouble.message}.`);
    if (trouble.remedy !== undefined) prompt.say(`${trouble.remedy}.`);
    if (trouble.kind === "not-installed") prompt.say("Then log it in with `codex login`.");
    const again = await prompt.choose("What now?", [
      { label: "go on; it can be mended later", value: false },
      { label: "look again, I have mended it", value: true },
    ]);
    if (!again) return;
  }
}

/** Starts it as the bot would, and ends it again. */
async function troubleWithCodex(
  { process, present, clock, prompt }: Setup,
): Promise<CodexError | undefined> {
  const backend = createCodexBackend(present.config.codex, {
    clock,
    log: SILENT_LOG,
    environment: process.variables,
    clientVersion: process.version,
  });
  try {
    await backend.start(process.stop);
    const { version = "" } = backend.health();
    prompt.say(`Codex ${version} is here and ready.`);
    return undefined;
  } catch (error) {
    if (error instanceof CodexError) return error;
    throw error;
  } finally {
    await backend.close();
  }
}
