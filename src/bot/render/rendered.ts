/** Renders Markdown that has to be shown, whatever it is. */
import type { FormattedText } from "./formatted_text.ts";
import { renderMarkdown } from "./markdown.ts";
import { TextBuilder } from "./text_builder.ts";

/**
 * Shows as it was written what the renderer gives up on, and markup without content, such as an empty
 * code block.
 */
export function rendered(
  markdown: string,
  { folder }: { readonly folder?: string } = {},
): FormattedText {
  try {
    const message = renderMarkdown(markdown, folder === undefined ? {} : { folder });
    if (message.text !== "") return message;
  } catch {
    // No answer is kept back for the sake of its looks.
  }
  return new TextBuilder().text(markdown.trim()).build();
}
