/** Launches the bot, the chat or the demo, as a command line asks for it. */
import { configPathIn, readConfFile } from "../../config/conf_file.ts";
import { writtenRights } from "../../config/held_config.ts";
import { PreparedApplication } from "../../supervisor/prepared_application.ts";
import type { OwnProcess } from "../process.ts";
import { environmentOf } from "../start_environment.ts";
import { checkedTemplate, readConfiguration } from "./configuration.ts";
import type { Configurator } from "./configuring.ts";
import type { BotArguments, Launch } from "./wanted.ts";

/**
 * Runs it to its end. Afterwards this process has no permissions left.
 * @returns the exit code
 * @throws {ConfigError} or {UserFacingError} when it cannot start
 */
export async function launch(
  process: OwnProcess,
  wanted: Launch,
  configurator: Configurator,
): Promise<number> {
  switch (wanted.type) {
    case "bot":
      return await launchBot(process, wanted, configurator);
    case "chat": {
      const { launchChat } = await import("./chat_launch.ts");
      return await launchChat(process, wanted, configurator);
    }
    case "demo": {
      const { launchDemo } = await import("./demo_launch.ts");
      return await launchDemo(process, wanted);
    }
  }
}

async function launchBot(
  process: OwnProcess,
  { conf, envFile, verbose }: BotArguments,
  configurator: Configurator,
): Promise<number> {
  const environment = await environmentOf(process, { file: envFile });
  const path = configPathIn(environment, conf);
  const file = await readConfFile(path, environment, () => checkedTemplate(configurator));
  const written = writtenRights(file.text, environment.home);
  using prepared = await PreparedApplication.begin(environment.stateFolder, written);
  // Loaded while the bot is.
  const [{ config }, { runSupervised }] = await Promise.all([
    readConfiguration(configurator, { file, environment }),
    import("../../supervisor/supervised_run.ts"),
  ]);
  const end = await runSupervised(config, {
    variables: environment.variables,
    version: process.version,
    verbose,
    stop: process.stop,
    print: (line) => {
      try {
        process.print(line);
      } catch {
        // A log on a full disk keeps no bot from starting, as it stops none that works.
      }
    },
    prepared,
  });
  if (end.text !== undefined) process.printError(`${end.text}\n`);
  return end.code;
}
