/** Masks secrets in everything that is about to leave for a chat, at one place. */
import type { FormattedText } from "../render/formatted_text.ts";
import { mapTexts } from "../render/rich_message.ts";
import type {
  Buttons,
  OutgoingDocument,
  OutgoingEdit,
  OutgoingMessage,
  OutgoingRich,
} from "./outgoing.ts";

/** Keeps the length of the text, so that entities stay where they are. */
export type Conceal = (text: string) => string;

export function concealedMessage(message: OutgoingMessage, conceal: Conceal): OutgoingMessage {
  return { ...message, ...concealedContent(message, conceal) };
}

export function concealedEdit(edit: OutgoingEdit, conceal: Conceal): OutgoingEdit {
  return { ...edit, ...concealedContent(edit, conceal) };
}

export function concealedDocument(document: OutgoingDocument, conceal: Conceal): OutgoingDocument {
  const { bytes, fileName, caption } = document;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const masked = conceal(text);
  return {
    ...document,
    fileName: conceal(fileName),
    // Bytes that are no text stay as they are, as decoding would change them.
    bytes: masked === text ? bytes : new TextEncoder().encode(masked),
    ...(caption === undefined ? {} : { caption: concealedText(caption, conceal) }),
  };
}

export function concealedRich(rich: OutgoingRich, conceal: Conceal): OutgoingRich {
  const { first, rest, file } = rich.classic;
  return {
    ...rich,
    blocks: mapTexts(rich.blocks, conceal),
    ...(rich.buttons === undefined ? {} : { buttons: concealedButtons(rich.buttons, conceal) }),
    classic: {
      first: concealedMessage(first, conceal),
      rest: rest.map((message) => concealedMessage(message, conceal)),
      ...(file === undefined ? {} : { file: { ...file, text: conceal(file.text) } }),
    },
  };
}

function concealedContent(
  { content, buttons }: { readonly content: FormattedText; readonly buttons?: Buttons },
  conceal: Conceal,
): { content: FormattedText; buttons?: Buttons } {
  return {
    content: concealedText(content, conceal),
    ...(buttons === undefined ? {} : { buttons: concealedButtons(buttons, conceal) }),
  };
}

function concealedButtons(buttons: Buttons, conceal: Conceal): Buttons {
  return buttons.map((row) => row.map((button) => ({ ...button, label: conceal(button.label) })));
}

function concealedText({ text, entities }: FormattedText, conceal: Conceal): FormattedText {
  return {
    text: conceal(text),
    entities: entities.map((entity) => concealedEntity(entity, conceal)),
  };
}

/** An address behind a text, and the language of a block, are seen as well. */
function concealedEntity(
  entity: FormattedText["entities"][number],
  conceal: Conceal,
): FormattedText["entities"][number] {
  if (entity.type === "text_link") return { ...entity, url: conceal(entity.url) };
  if (entity.type === "pre" && entity.language !== undefined) {
    return { ...entity, language: conceal(entity.language) };
  }
  return entity;
}
