/** Masks secrets in everything that is sent to a chat. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { mapTexts } from "../render/rich_message.ts";
import type {
  Buttons,
  OutgoingAlbum,
  OutgoingDocument,
  OutgoingEdit,
  OutgoingMessage,
  OutgoingNamedPictures,
  OutgoingRich,
} from "./outgoing.ts";

export function redactedMessage(message: OutgoingMessage, redact: Redact): OutgoingMessage {
  return { ...message, ...redactedContent(message, redact) };
}

export function redactedEdit(edit: OutgoingEdit, redact: Redact): OutgoingEdit {
  return { ...edit, ...redactedContent(edit, redact) };
}

export function redactedDocument(document: OutgoingDocument, redact: Redact): OutgoingDocument {
  const { bytes, fileName, caption } = document;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const masked = redact(text);
  return {
    ...document,
    fileName: redact(fileName),
    // Encodes again only where something was masked, as decoding changes bytes that are no text.
    bytes: masked === text ? bytes : new TextEncoder().encode(masked),
    ...(caption === undefined ? {} : { caption: redactedText(caption, redact) }),
  };
}

/** Leaves the bytes alone, which are no text but in a vector drawing. */
export function redactedPicture(picture: OutgoingDocument, redact: Redact): OutgoingDocument {
  const { fileName, caption } = picture;
  if (/\.svg$/i.test(fileName)) return redactedDocument(picture, redact);
  return {
    ...picture,
    fileName: redact(fileName),
    ...(caption === undefined ? {} : { caption: redactedText(caption, redact) }),
  };
}

export function redactedAlbum(album: OutgoingAlbum, redact: Redact): OutgoingAlbum {
  const pictures = album.pictures.map((picture) => ({
    ...picture,
    fileName: redact(picture.fileName),
    ...(picture.caption === undefined ? {} : { caption: redactedText(picture.caption, redact) }),
  }));
  return { ...album, pictures };
}

/** Leaves the paths, by which the pictures are found. */
export function redactedNamedPictures(
  named: OutgoingNamedPictures,
  redact: Redact,
): OutgoingNamedPictures {
  const { pictures, note } = named;
  return {
    ...named,
    pictures: pictures.map((picture) => ({ ...picture, caption: redact(picture.caption) })),
    ...(note === undefined ? {} : { note: redactedText(note, redact) }),
  };
}

export function redactedRich(rich: OutgoingRich, redact: Redact): OutgoingRich {
  const { first, rest, file } = rich.classic;
  return {
    ...rich,
    blocks: mapTexts(rich.blocks, redact),
    ...(rich.buttons === undefined ? {} : { buttons: redactedButtons(rich.buttons, redact) }),
    classic: {
      first: redactedMessage(first, redact),
      rest: rest.map((message) => redactedMessage(message, redact)),
      ...(file === undefined ? {} : { file: { ...file, text: redact(file.text) } }),
    },
  };
}

function redactedContent(
  { content, buttons }: { readonly content: FormattedText; readonly buttons?: Buttons },
  redact: Redact,
): { content: FormattedText; buttons?: Buttons } {
  return {
    content: redactedText(content, redact),
    ...(buttons === undefined ? {} : { buttons: redactedButtons(buttons, redact) }),
  };
}

function redactedButtons(buttons: Buttons, redact: Redact): Buttons {
  return buttons.map((row) => row.map((button) => ({ ...button, label: redact(button.label) })));
}

function redactedText({ text, entities }: FormattedText, redact: Redact): FormattedText {
  return {
    text: redact(text),
    entities: entities.map((entity) => redactedEntity(entity, redact)),
  };
}

/** Masks what a reader sees of an entity: the address of a link, the language of a block. */
function redactedEntity(
  entity: FormattedText["entities"][number],
  redact: Redact,
): FormattedText["entities"][number] {
  if (entity.type === "text_link") return { ...entity, url: redact(entity.url) };
  if (entity.type === "pre" && entity.language !== undefined) {
    return { ...entity, language: redact(entity.language) };
  }
  return entity;
}
