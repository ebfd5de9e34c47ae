/** Asks who may use the bot: by option, already known, or by sending a code from this screen. */
import {
  newPairingCode,
  type PairedPerson,
  PAIRING_MINUTES,
  pairingLink,
  pairOwner,
} from "../../bot/setup/pairing.ts";
import { type Language, languageOf } from "../../texts/texts.ts";
import { Cancelled } from "../prompt/keyboard.ts";
import type { ChosenBot } from "./bot_step.ts";
import type { Setup } from "./setup.ts";

export interface Owners {
  /** Everybody who may use the bot. */
  readonly ids: readonly number[];
  /** Who gets the first message. */
  readonly first: number;
  /** The language of the person's Telegram, if known. */
  readonly language: Language | undefined;
}

/** @throws {Cancelled} when the person gives up pairing */
export async function chooseOwners(setup: Setup, bot: ChosenBot): Promise<Owners> {
  const { options, present, prompt } = setup;
  const known = present.config.telegram.allowedUsers;
  const [named] = options.allowUser;
  if (named !== undefined) return ownersWith(named, [...known, ...options.allowUser]);
  const [first] = known;
  if (first !== undefined) {
    prompt.say(`Allowed already: ${known.join(", ")}.`);
    if (!await prompt.confirm("Allow somebody else, too?", false)) return ownersWith(first, known);
  }
  const person = await pair(setup, bot);
  const language = languageOf(person.languageCode);
  return { ...ownersWith(person.userId, [...known, person.userId]), language };
}

function ownersWith(first: number, ids: readonly number[]): Owners {
  return { first, ids: [...new Set(ids)], language: undefined };
}

async function pair(setup: Setup, bot: ChosenBot): Promise<PairedPerson> {
  const { prompt } = setup;
  const ignored = new Set<number>();
  for (;;) {
    const person = await waitForCode(setup, bot, ignored);
    if (person === undefined) {
      const again = await prompt.confirm("Nobody sent the code in time. Show a new one?", true);
      if (!again) throw new Cancelled();
      continue;
    }
    prompt.say(`The code came from ${described(person)}.`);
    // No default, and nothing typed before counts: neither may allow anybody.
    if (await prompt.confirm("Is that you?")) return person;
    ignored.add(person.userId);
    prompt.say("Then they are not allowed. Here is another code; show it to nobody.");
  }
}

async function waitForCode(
  { clock, prompt }: Setup,
  { account, identity }: ChosenBot,
  ignored: ReadonlySet<number>,
): Promise<PairedPerson | undefined> {
  const code = newPairingCode((bytes) => void crypto.getRandomValues(bytes));
  prompt.say(`Now open your bot and press Start, which sends the code:

  ${pairingLink(identity.username, code)}

Or send it to @${identity.username} yourself:  ${code}

Waiting for up to ${PAIRING_MINUTES} minutes ...`);
  return await prompt.unheard((signal) =>
    pairOwner({
      account,
      code,
      ignored,
      clock,
      signal,
      onWrong: (person) => prompt.say(`Ignored a message from ${described(person)}: not the code.`),
      onTrouble: (reason) => prompt.say(`${reason}. Trying again ...`),
    })
  );
}

function described({ name, username, userId }: PairedPerson): string {
  const handle = username === undefined ? "" : ` (@${username})`;
  return `${name || "someone without a name"}${handle}, id ${userId}`;
}
