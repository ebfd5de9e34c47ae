/** Keeps Telegram from making links of commands that others have written. */
import { type FormattedText, normalize, sortEntities } from "./formatted_text.ts";

/**
 * What Telegram takes for a command. Letters, or another slash, on either side make a path of it;
 * numbers alone are parts of sums such as `(a+b)/2`.
 */
const COMMAND =
  /(?<![\p{L}\p{N}_/<>])\/(?=\d*[A-Za-z_])[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu;

/** The rest of a path or an address around it: `./run`, `/index.html`, `/api?x=1`. */
const BEFORE = /[\w./~$*@-]*$/;
const BEHIND = /^(?:[-.:?=&%#+~@]*[\w/])*/;
const LONGEST_REST = 200;

/** A command within them is no link. */
const HOLDERS = new Set(["code", "pre", "text_link"]);

/**
 * Shows as code what would be a link that sends a command: `/new` of an answer, at a touch, would
 * begin another conversation. The text stays as it is.
 */
export function withoutCommandLinks({ text, entities }: FormattedText): FormattedText {
  if (!text.includes("/")) return { text, entities };
  const open = withoutHeld({ text, entities });
  let end = 0;
  const found = [...open.matchAll(COMMAND)].flatMap(({ index, 0: command }) => {
    if (index < end) return [];
    const before = open.slice(Math.max(end, index - LONGEST_REST), index);
    const offset = index - (BEFORE.exec(before)?.[0].length ?? 0);
    const rest = open.slice(index + command.length, index + command.length + LONGEST_REST);
    end = index + command.length + (BEHIND.exec(rest)?.[0].length ?? 0);
    return [{ type: "code" as const, offset, length: end - offset }];
  });
  if (found.length === 0) return { text, entities };
  return normalize({ text, entities: sortEntities([...entities, ...found]) });
}

const ADDRESS = /https?:\/\/\S+/gi;

/** Blanks in place of what is in code or links, or a link by itself. */
function withoutHeld({ text, entities }: FormattedText): string {
  const held = sortEntities(entities.filter(({ type }) => HOLDERS.has(type)));
  let open = "";
  for (const { offset, length } of held) {
    const from = Math.max(offset, open.length);
    const to = Math.max(offset + length, from);
    open += text.slice(open.length, from) + " ".repeat(to - from);
  }
  return (open + text.slice(open.length))
    .replace(ADDRESS, (address) => " ".repeat(address.length));
}
