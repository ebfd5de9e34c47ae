/** Renders Markdown that has to be shown, whatever it is. */
import type { MarkdownDocument, MarkdownOptions } from "../../core/text/markdown.ts";
import { withoutUnmeantLinks } from "./unmeant_links.ts";
import type { FormattedText } from "./formatted_text.ts";
import { readMarkdown, renderDocument } from "./markdown.ts";
import { type Around, renderRichDocument } from "./rich.ts";
import type { RichBlock } from "./rich_message.ts";
import { TextBuilder } from "./text_builder.ts";

/** Reads Markdown once, and draws it in both forms. Each of the three may throw. */
export interface MarkdownRenderer {
  /** @returns undefined for text that stays as it was written */
  readonly read: (markdown: string, options?: MarkdownOptions) => MarkdownDocument | undefined;
  readonly draw: (markdown: string, document: MarkdownDocument | undefined) => FormattedText;
  /** @returns undefined for what is no rich message */
  readonly drawRich: (
    document: MarkdownDocument | undefined,
    around?: Around,
  ) => readonly RichBlock[] | undefined;
}

export const MARKDOWN_RENDERER: MarkdownRenderer = {
  read: readMarkdown,
  draw: renderDocument,
  drawRich: renderRichDocument,
};

/** Renders with another renderer, and hears of what it gives up on. */
export interface Rendering {
  readonly renderer?: MarkdownRenderer;
  readonly onFailure?: (error: unknown) => void;
}

/** Shows as it was written what the renderer gives up on. */
export function rendered(
  markdown: string,
  options: MarkdownOptions & Rendering = {},
): FormattedText {
  return drawn(markdown, documentOf(markdown, options), options);
}

/** Reads the text for {@link drawn} and {@link drawnRich}. Never throws. */
export function documentOf(
  markdown: string,
  options: MarkdownOptions & Rendering,
): MarkdownDocument | undefined {
  const { folder, renderer = MARKDOWN_RENDERER } = options;
  return attempt(() => renderer.read(markdown, folder === undefined ? {} : { folder }), options);
}

/** Shows markup without content, such as an empty code block, as it was written. Never throws. */
export function drawn(
  markdown: string,
  document: MarkdownDocument | undefined,
  rendering: Rendering,
): FormattedText {
  const { renderer = MARKDOWN_RENDERER } = rendering;
  const message = attempt(() => renderer.draw(markdown, document), rendering);
  if (message !== undefined && message.text !== "") return message;
  return withoutUnmeantLinks(new TextBuilder().text(markdown.trim()).build());
}

/** @returns undefined where ordinary messages are better. Never throws */
export function drawnRich(
  document: MarkdownDocument | undefined,
  around: Around,
  rendering: Rendering,
): readonly RichBlock[] | undefined {
  const { renderer = MARKDOWN_RENDERER } = rendering;
  return attempt(() => renderer.drawRich(document, around), rendering);
}

/** No answer is kept back for the sake of its looks. */
function attempt<Result>(
  draw: () => Result,
  { onFailure }: Rendering,
): Result | undefined {
  try {
    return draw();
  } catch (error) {
    onFailure?.(error);
    return undefined;
  }
}
