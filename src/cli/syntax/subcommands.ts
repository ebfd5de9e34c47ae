/** What is said when a command that has commands of its own gets none of them. */
import { type Message, message } from "@optique/core/message";

export interface SubcommandErrors {
  readonly errors: { readonly noMatch: Message };
}

/** @param names at least two, in the order of the help */
export function subcommandErrors(command: string, names: readonly string[]): SubcommandErrors {
  const some = `one of ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return { errors: { noMatch: message`${command} needs ${some}` } };
}
