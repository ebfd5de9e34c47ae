/** Options that several commands have. */
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { path } from "./path.ts";

/** Which configuration is meant. */
export const confOption = optional(
  option("--conf", path({ metavar: "PATH", type: "file" }), {
    description: message`Read the settings from this file`,
  }),
);

/** For programs that read what a command prints. */
export const jsonFlag = withDefault(
  flag("--json", { description: message`Print JSON, for other programs to read` }),
  false,
);
