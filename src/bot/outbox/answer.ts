/** Delivers an agent's Markdown: as messages, or as a file when it would flood the chat. */
import type { FormattedText } from "../render/formatted_text.ts";
import { renderMarkdown } from "../render/markdown.ts";
import { splitMessage } from "../render/split.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Conceal } from "./conceal.ts";
import type { Outbox } from "./outbox.ts";
import type { Buttons, Delivery, Destination, Priority } from "./outgoing.ts";

export interface AnswerOptions {
  /** Stands above the answer, in a paragraph of its own. */
  readonly heading?: FormattedText;
  /** Stands below the first part when the whole is in the file. */
  readonly note?: string;
  /** @default "answer.md" */
  readonly fileName?: string;
  /** Makes the parts durable; each gets a number behind it. */
  readonly key?: string;
  /** See {@link Destination}. */
  readonly repeatNote?: string;
  /** Under the last message. */
  readonly buttons?: Buttons;
}

/** The outbox conceals what it sends; `conceal` is there for the whole, before it is cut. */
export interface AnswerOutbox extends Pick<Outbox, "send" | "sendDocument"> {
  readonly conceal?: Conceal;
}

const MOST_PARTS = 3;
const PART_LIMIT = 4000;

/** So much cannot fit into three messages; only its beginning is looked at. */
const SURELY_TOO_LONG = 60_000;
const BEGINNING = 20_000;

/**
 * Up to three messages in order; of a longer answer the first part and the whole as a document. Only
 * the first replies and makes a sound. All of it is in the outbox when this function returns.
 *
 * @returns the first message's delivery, or the first one that failed
 */
export async function deliverMarkdown(
  outbox: AnswerOutbox,
  target: Destination,
  answer: string,
  priority: Priority,
  options: AnswerOptions = {},
): Promise<Delivery> {
  const markdown = outbox.conceal?.(answer) ?? answer;
  const tooLong = markdown.length > SURELY_TOO_LONG;
  const whole = withHeading(
    options.heading,
    rendered(tooLong ? markdown.slice(0, BEGINNING) : markdown),
  );
  const parts = splitMessage(whole, { limit: PART_LIMIT });
  const deliveries = tooLong || parts.length > MOST_PARTS
    ? deliverAsFile(outbox, target, whole, markdown, priority, options)
    : deliverParts(outbox, target, parts, priority, options);
  const [first = NOTHING_TO_SEND, ...rest] = await Promise.all(deliveries);
  return [first, ...rest].find(({ status }) => status !== "sent") ?? first;
}

/** Markup around nothing, such as an empty code block, is shown as it was written. */
function rendered(markdown: string): FormattedText {
  const message = renderMarkdown(markdown);
  return message.text === "" ? new TextBuilder().text(markdown.trim()).build() : message;
}

const NOTHING_TO_SEND: Delivery = { status: "failed", reason: "The answer is empty" };

function withHeading(heading: FormattedText | undefined, body: FormattedText): FormattedText {
  if (heading === undefined) return body;
  return new TextBuilder().append(heading).text("\n\n").append(body).build();
}

function deliverParts(
  outbox: Pick<Outbox, "send">,
  target: Destination,
  parts: readonly FormattedText[],
  priority: Priority,
  options: AnswerOptions,
): Promise<Delivery>[] {
  const { buttons } = options;
  return parts.map((content, index) => {
    const last = index === parts.length - 1 && buttons !== undefined ? { buttons } : {};
    const place = index === 0 ? target : quietly(target);
    return outbox.send({ ...place, ...kept(options, index + 1), content, ...last }, priority);
  });
}

function deliverAsFile(
  outbox: Pick<Outbox, "send" | "sendDocument">,
  target: Destination,
  whole: FormattedText,
  markdown: string,
  priority: Priority,
  options: AnswerOptions,
): Promise<Delivery>[] {
  const { fileName = "answer.md", note = `The whole answer is in ${fileName}`, buttons } = options;
  const limit = PART_LIMIT - note.length - NOTE_MARK.length;
  const [beginning] = splitMessage(whole, { limit });
  const content = new TextBuilder().append(beginning ?? whole).text(NOTE_MARK).italic(note).build();
  const bytes = new TextEncoder().encode(markdown);
  return [
    outbox.send(
      { ...target, ...kept(options, 1), content, ...(buttons === undefined ? {} : { buttons }) },
      priority,
    ),
    outbox.sendDocument({ ...quietly(target), ...kept(options, 2), fileName, bytes }, priority),
  ];
}

const NOTE_MARK = "\n\n… ";

function kept(
  { key, repeatNote }: AnswerOptions,
  part: number,
): { readonly key?: string; readonly repeatNote?: string } {
  return {
    ...(key === undefined ? {} : { key: `${key}:${part}` }),
    ...(repeatNote === undefined ? {} : { repeatNote }),
  };
}

function quietly({ chatId, topicId }: Destination): Destination {
  return { chatId, ...(topicId === undefined ? {} : { topicId }), silent: true };
}
