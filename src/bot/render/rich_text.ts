/** From text and entities to text within text, as rich messages have it. */
import type { MessageEntity } from "@grammyjs/types";
import { type FormattedText, sortEntities } from "./formatted_text.ts";
import type { RichText } from "./rich_message.ts";

/** Entities that a rich text does not have show as plain text. */
export function richText({ text, entities }: FormattedText): RichText {
  const pieces = piecesOf(text, sortEntities(entities), 0, text.length);
  return pieces.length === 1 ? pieces[0] ?? "" : pieces;
}

/** @param entities in order, each whole within `start` and `end` */
function piecesOf(
  text: string,
  entities: readonly MessageEntity[],
  start: number,
  end: number,
): RichText[] {
  const pieces: RichText[] = [];
  let position = start;
  for (const [index, entity] of entities.entries()) {
    if (entity.offset < position) continue;
    if (entity.offset > position) pieces.push(text.slice(position, entity.offset));
    position = entity.offset + entity.length;
    const inner = entities.slice(index + 1).filter(({ offset, length }) =>
      offset + length <= position
    );
    pieces.push(...styled(entity, piecesOf(text, inner, entity.offset, position)));
  }
  if (position < end) pieces.push(text.slice(position, end));
  return pieces;
}

function styled(entity: MessageEntity, pieces: RichText[]): RichText[] {
  const text = pieces.length === 1 ? pieces[0] ?? "" : pieces;
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
    case "spoiler":
    case "code":
      return [{ type: entity.type, text }];
    case "text_link":
      return [{ type: "url", text, url: entity.url }];
    default:
      return pieces;
  }
}
