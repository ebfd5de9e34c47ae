/** Every method that this server has. */
import { CHAT_METHODS } from "./chats.ts";
import { COMMAND_METHODS } from "./commands.ts";
import { EDIT_METHODS } from "./edits.ts";
import { FILE_METHODS } from "./files.ts";
import type { Method, MethodTable } from "./method.ts";
import { POLLING_METHODS } from "./polling.ts";
import { PROFILE_METHODS } from "./profile.ts";
import { REACTION_METHODS } from "./reactions.ts";
import { SEND_METHODS } from "./sends.ts";

export const METHODS: MethodTable = {
  ...POLLING_METHODS,
  ...SEND_METHODS,
  ...EDIT_METHODS,
  ...REACTION_METHODS,
  ...FILE_METHODS,
  ...CHAT_METHODS,
  ...COMMAND_METHODS,
  ...PROFILE_METHODS,
};

export interface NamedMethod extends Method {
  /** As the documentation spells it; clients may use any case. */
  readonly name: string;
}

export function findMethod(name: string): NamedMethod | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}

const BY_LOWER_CASE: ReadonlyMap<string, NamedMethod> = new Map(
  Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), { ...method, name }]),
);
