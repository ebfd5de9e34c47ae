/** Draws the reply of a command as Telegram takes it: text with entities, buttons, a document. */
import { iconText, type Reply, type ReplyLine } from "../../commands/reply.ts";
import type { Button, Buttons } from "../outbox/outgoing.ts";
import { withoutUnmeantLinks } from "./unmeant_links.ts";
import type { FormattedText } from "./formatted_text.ts";
import { rendered } from "./rendered.ts";
import { TextBuilder } from "./text_builder.ts";

/** A text of any length, with what goes along with it. */
export interface DrawnReply extends FormattedText {
  /** Sent without a notification sound. */
  readonly silent?: boolean;
  /** Shown under the last message. */
  readonly buttons?: Buttons;
  /** Sent after the text. */
  readonly documents?: readonly { readonly fileName: string; readonly bytes: Uint8Array }[];
}

/** Telegram's limit for the data of a button. */
const MOST_BUTTON_BYTES = 64;

export function drawReply(reply: Reply): DrawnReply {
  const text = new TextBuilder();
  for (const [index, block] of reply.blocks.entries()) {
    if (index > 0) text.line();
    switch (block.type) {
      case "line":
        addLine(text, block.spans);
        break;
      case "pre":
        text.pre(block.text, block.language);
        break;
      case "markdown":
        text.append(
          rendered(block.text, block.folder === undefined ? {} : { folder: block.folder }),
        );
        break;
      case "folded":
        // Lines of a log, in which Codex speaks.
        text.expandableQuote(withoutUnmeantLinks(folded(block.lines)));
        break;
      default:
        block satisfies never;
    }
  }
  const { choices, files, silent } = reply;
  return {
    ...text.build(),
    ...(choices === undefined ? {} : { buttons: buttonsOf(choices) }),
    ...(files === undefined
      ? {}
      : { documents: files.map(({ name, bytes }) => ({ fileName: name, bytes })) }),
    ...(silent === true ? { silent } : {}),
  };
}

function folded(lines: readonly ReplyLine[]): FormattedText {
  const text = new TextBuilder();
  for (const [index, line] of lines.entries()) {
    if (index > 0) text.line();
    addLine(text, line);
  }
  return text.build();
}

function addLine(text: TextBuilder, line: ReplyLine): void {
  for (const span of line) {
    switch (span.type) {
      case "icon":
        text.text(iconText(span.icon));
        break;
      case "time":
        text.relativeTime(span.at, span.text);
        break;
      case "text":
        if (span.look === "bold" || span.look === "italic" || span.look === "code") {
          text.styled({ type: span.look }, span.text);
        } else text.text(span.text);
    }
  }
}

/** Leaves out choices whose action does not fit into a button: they can be typed. */
export function buttonsOf(choices: NonNullable<Reply["choices"]>): Buttons {
  return choices.map((row) =>
    row.map(({ label, action, style }): Button => ({
      label,
      data: action,
      ...(style === undefined ? {} : { style }),
    })).filter(({ data }) => new TextEncoder().encode(data).length <= MOST_BUTTON_BYTES)
  ).filter((row) => row.length > 0);
}
