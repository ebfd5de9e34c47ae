/** An outbox that keeps what it is given and says that it was sent. */
import type {
  Buttons,
  Delivery,
  OutgoingEdit,
  OutgoingMessage,
  OutgoingNamedPictures,
  OutgoingReaction,
  OutgoingRich,
} from "../../src/bot/outbox/outgoing.ts";

export class RecordingOutbox {
  readonly sent: OutgoingMessage[] = [];
  readonly edits: OutgoingEdit[] = [];
  readonly rich: OutgoingRich[] = [];
  readonly documents: string[] = [];
  readonly named: OutgoingNamedPictures[] = [];
  readonly reactions: (string | undefined)[] = [];
  /** How often somebody was shown to be typing. */
  typed = 0;
  /** What was set in place of the buttons of a message. */
  readonly buttons: (readonly [messageId: number, buttons: Buttons])[] = [];
  readonly toasts: (string | undefined)[] = [];
  delivery: Delivery = { status: "sent", messageId: 70 };
  editDelivery: Delivery | undefined;

  send(message: OutgoingMessage): Promise<Delivery> {
    this.sent.push(message);
    return Promise.resolve(this.delivery);
  }

  sendRich(message: OutgoingRich): Promise<Delivery> {
    this.rich.push(message);
    return Promise.resolve(this.delivery);
  }

  edit(edit: OutgoingEdit): Promise<Delivery> {
    this.edits.push(edit);
    return Promise.resolve(this.editDelivery ?? this.delivery);
  }

  sendDocument({ fileName }: { readonly fileName: string }): Promise<Delivery> {
    this.documents.push(fileName);
    return Promise.resolve(this.delivery);
  }

  sendNamedPictures(named: OutgoingNamedPictures): Promise<Delivery> {
    this.named.push(named);
    return Promise.resolve(this.delivery);
  }

  withdraw(): boolean {
    return false;
  }

  react(_chatId: number, _messageId: number, emoji: string | undefined): Promise<Delivery> {
    this.reactions.push(emoji);
    return Promise.resolve(this.delivery);
  }

  mark({ emoji }: OutgoingReaction): Promise<Delivery> {
    this.reactions.push(emoji);
    return Promise.resolve(this.delivery);
  }

  typing(): void {
    this.typed++;
  }

  setButtons(_chatId: number, messageId: number, buttons: Buttons): void {
    this.buttons.push([messageId, buttons]);
  }

  answerCallback(_queryId: string, text?: string): Promise<void> {
    this.toasts.push(text);
    return Promise.resolve();
  }
}
