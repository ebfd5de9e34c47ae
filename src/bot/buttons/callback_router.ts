/** Answers a press on a button, whatever became of what it was under. */
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { askingOf, type AskingParts } from "../commands/asking.ts";
import type { Inbound } from "../inbound.ts";
import { errorText } from "../../texts/trouble_texts.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Person } from "../sender.ts";
import type { Approvals } from "../presenter/approvals.ts";
import type { Replies } from "../replies.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Pressed } from "./button.ts";
import { ASKING_CODEX, BUTTONS } from "./table.ts";

export interface CallbackRouterDependencies extends AskingParts {
  readonly approvals: Approvals;
  readonly replies: Replies;
  readonly outbox: Pick<Outbox, "answerCallback">;
  readonly log: Log;
}

type Press = Inbound & { readonly kind: "callback" } & Person;

/** Of a text that answers a press. */
const MOST_CALLBACK_CHARACTERS = 200;
/** Its name, and what it is about. */
const BUTTON = /^([a-z]+):(.*)$/s;

export class CallbackRouter {
  readonly #deps: CallbackRouterDependencies;

  constructor(deps: CallbackRouterDependencies) {
    this.#deps = deps;
  }

  /** Whether the answer may take as long as Codex likes. */
  asksCodex({ data }: Press): boolean {
    return ASKING_CODEX.has(BUTTON.exec(data)?.[1] ?? "");
  }

  /** Never rejects. */
  async handle(press: Press, texts: Texts): Promise<void> {
    const { approvals, replies, log } = this.#deps;
    if (approvals.press({ ...press, texts })) return;
    try {
      const pressed = await this.#pressed(press, texts);
      if (pressed === "stale") return this.#answer(press, texts.refusals.staleButton);
      this.#answer(press, pressed.toast);
      if (pressed.edit !== undefined) replies.replace(press, pressed.edit);
      if (pressed.reply !== undefined) replies.send(press, pressed.reply, "pressed");
    } catch (error) {
      log.error("telegram.button.failed", { error: describeError(error) });
      this.#answer(press, texts.commands.failed(errorText(error, texts)));
    }
  }

  async #pressed(press: Press, texts: Texts): Promise<Pressed> {
    const [, name = "", data = ""] = BUTTON.exec(press.data) ?? [];
    const { messageId } = press;
    const asking = askingOf(this.#deps, press, texts);
    return await BUTTONS.get(name)?.({ ...asking, data, messageId }) ?? "stale";
  }

  #answer({ queryId }: Press, text: string | undefined): void {
    // The outbox reports its own trouble.
    void this.#deps.outbox.answerCallback(queryId, text?.slice(0, MOST_CALLBACK_CHARACTERS));
  }
}
