/** Keeps Telegram from making links of commands, names and files that others have written. */
import { type FormattedText, normalize, sortEntities } from "./formatted_text.ts";

/**
 * What Telegram takes for a command. Letters, or another slash, on either side make a path of it;
 * numbers alone are parts of sums such as `(a+b)/2`.
 */
const COMMAND =
  /(?<![\p{L}\p{N}_/<>])\/(?=\d*[A-Za-z_])[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu;

/** Endings of files that are domains as well: `README.md` leads to a page of somebody in Moldova. */
const ENDINGS = "ac|am|cc|gd|map|md|ml|mm|mov|pl|pm|ps|pub|py|rs|sh|so|tf|zip";
/** With a path or a query behind it, it is an address: `docs.rs/serde`. */
const FILE = new RegExp(
  `(?<![\\p{L}\\p{N}_./#@~-])[\\p{L}\\p{N}_.~-]{1,200}\\.(?:${ENDINGS})(?!\\.?[\\p{L}\\p{N}_~-]|[/@]|\\?\\w)`,
  "giu",
);

/** A message holds a hundred entities; a long list is not cut in pieces for its looks. */
const MOST_NAMES = 100;

/** What Telegram takes for the name of a person: `@Override`, `@types/node`. */
const NAME = /(?<![\p{L}\p{N}_])@[A-Za-z0-9_]{4,32}(?![\p{L}\p{N}_])/gu;

/** The rest of a path or an address around a command: `./run`, `/index.html`, `/api?x=1`. */
const BEFORE = /[\w./~$*@-]*$/;
const BEHIND = /^(?:[-.:?=&%#+~@]*[\w/])*/;
const LONGEST_REST = 200;

/** Nothing within them is a link of its own. */
const HOLDERS = new Set(["code", "pre", "text_link"]);

/**
 * Shows as code what would be a link that nobody meant: at a touch, `/new` in an answer would begin
 * another conversation, `main.rs` would open a stranger's page, and `@Override` is a person whom it
 * may even call. The text stays as it is.
 */
export function withoutUnmeantLinks({ text, entities }: FormattedText): FormattedText {
  if (!/[/.@]/.test(text)) return { text, entities };
  const open = withoutHeld({ text, entities });
  const names = [...open.matchAll(FILE), ...open.matchAll(NAME)];
  const starts = [...open.matchAll(COMMAND), ...(names.length > MOST_NAMES ? [] : names)]
    .toSorted((one, other) => one.index - other.index);
  let end = 0;
  const found = starts.flatMap(({ index, 0: shown }) => {
    if (index < end) return [];
    const before = open.slice(Math.max(end, index - LONGEST_REST), index);
    const offset = index - (BEFORE.exec(before)?.[0].length ?? 0);
    const rest = open.slice(index + shown.length, index + shown.length + LONGEST_REST);
    end = index + shown.length + (BEHIND.exec(rest)?.[0].length ?? 0);
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
