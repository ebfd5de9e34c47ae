/** The markup languages of `parse_mode`. */
import { badRequest } from "../api_error.ts";
import type { FormattedText } from "../message.ts";
import { byteOffset } from "./clean.ts";
import { parseHtml } from "./html_markup.ts";
import { parseMarkdown } from "./markdown_markup.ts";
import { parseMarkdownV2 } from "./markdown_v2_markup.ts";

/** @throws {ApiError} when the text is not well-formed in this language, or there is no such one */
export function parseMarkup(text: string, parseMode: string): FormattedText {
  switch (parseMode.toLowerCase()) {
    case "html":
      return parseHtml(text);
    case "markdownv2":
      return parseMarkdownV2(text);
    case "markdown":
      return parseMarkdown(text);
    default:
      throw badRequest("unsupported parse_mode");
  }
}

/** Stops the parsing of `text`, naming the byte at which it went wrong. */
export function failAt(text: string, index: number, complaint: string): never {
  return failParse(`${complaint} at byte offset ${byteOffset(text, index)}`);
}

export function failParse(complaint: string): never {
  throw badRequest(`can't parse entities: ${complaint}`);
}
