/** What a command or a button answers. */
import type { Buttons } from "./outbox/outgoing.ts";
import type { FormattedText } from "./render/formatted_text.ts";

/** A text of any length, as one or more messages. */
export interface Reply extends FormattedText {
  /** Makes no sound. */
  readonly silent?: boolean;
  /** Under the last message. */
  readonly buttons?: Buttons;
  /** Sent behind the text. */
  readonly document?: { readonly fileName: string; readonly bytes: Uint8Array };
}
