/** One person's chat with the bot, as the page looks at it and acts in it. */
import type { SeenMessage } from "../bot_api/transcript.ts";
import type { Person } from "../bot_api/people.ts";
import type { World } from "../bot_api/world.ts";
import type { ChatHandle } from "../bot_api/world_view.ts";
import { type ChatView, pageMessage } from "./chat_view.ts";

export class PageChat {
  readonly world: World;
  readonly chat: ChatHandle;
  #person: Person;

  constructor(world: World, person: Person) {
    this.world = world;
    this.chat = world.privateChat(person);
    this.#person = person;
  }

  get person(): Person {
    return this.#person;
  }

  /** As a Telegram client tells its language with all that it sends. */
  speak(languageCode: string): void {
    if (languageCode === this.#person.languageCode) return;
    this.#person = this.world.createPerson({ ...this.#person, languageCode });
  }

  view(): ChatView {
    const { world, chat } = this;
    const action = world.actions(chat).at(-1);
    return {
      messages: world.transcript(chat).filter(({ deleted }) => !deleted).map(pageMessage),
      commands: world.commandsFor(chat, this.#person),
      description: world.descriptionFor(this.#person),
      action: action === undefined ? null : { name: action.action, at: action.at.toISOString() },
    };
  }

  /** @returns undefined when there is none, or no more */
  message(id: number): SeenMessage | undefined {
    return this.world.transcript(this.chat).find((each) => each.id === id && !each.deleted);
  }
}
