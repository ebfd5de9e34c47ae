/** Delivers an agent's Markdown as messages, or as a file where it would flood the chat. */
import type { MarkdownDocument } from "../../core/text/markdown.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { documentOf, drawn, drawnRich, type Rendering } from "../render/rendered.ts";
import type { RichBlock } from "../render/rich_message.ts";
import { MOST_ENTITIES, splitMessage } from "../render/split.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Outbox } from "./outbox.ts";
import type {
  Buttons,
  ClassicAnswer,
  Delivery,
  Destination,
  OutgoingMessage,
  Priority,
} from "./outgoing.ts";

export interface AnswerOptions extends Rendering {
  /** Goes above the answer, as a paragraph of its own. */
  readonly heading?: FormattedText;
  /** Goes below the answer, as a paragraph of its own; also where the rest is in a file. */
  readonly footing?: FormattedText;
  /** Goes below the first part where the rest is in a file. */
  readonly note?: string;
  /** @default "answer.md" */
  readonly fileName?: string;
  /** Makes the parts durable; each adds its number to the key. */
  readonly key?: string;
  /** See {@link Destination}. */
  readonly repeatNote?: string;
  /** Says that Telegram takes the answer in no form, see {@link Destination}. */
  readonly lostNote?: string;
  /** Under the last message. */
  readonly buttons?: Buttons;
  /** The working folder, from which paths are shown. */
  readonly folder?: string;
  /** Sends a native rich message where the answer fits into one and the server accepts it. */
  readonly rich?: boolean;
}

/** `redact` masks the whole answer before it is cut: half a secret would not be recognised. */
export interface AnswerOutbox extends Pick<Outbox, "send" | "sendDocument" | "sendRich"> {
  readonly redact?: Redact;
}

const MOST_PARTS = 3;
const PART_LIMIT = 4000;

/** Never fits into three messages, so that rendering its beginning is enough. */
const SURELY_TOO_LONG = 60_000;
/** More than three messages show, unless most of it is markup. */
const BEGINNING = 20_000;
/** A definition at the end gives the beginning its links and footnotes. */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

/**
 * Sends up to three messages; of a longer answer the first part, and the whole as a document. Only
 * the first one is a reply and makes a sound. Everything is in the outbox when this function
 * returns its promise.
 *
 * @returns the delivery of the first message, or the first that failed
 */
export async function deliverMarkdown(
  outbox: AnswerOutbox,
  target: Destination,
  answer: string,
  priority: Priority,
  options: AnswerOptions = {},
): Promise<Delivery> {
  const markdown = outbox.redact?.(answer) ?? answer;
  const { blocks, ...drawing } = drawnAnswer(markdown, options);
  const keys = blocks === undefined ? options : besideRich(options);
  const classic = classicAnswer(target, { markdown, ...drawing }, keys);
  if (classic === undefined) return NOTHING_TO_SEND;
  if (blocks === undefined) return await deliverClassic(outbox, classic, priority);
  const { buttons } = options;
  return await outbox.sendRich({
    ...target,
    ...kept(options, 1),
    blocks,
    ...(buttons === undefined ? {} : { buttons }),
    classic,
  }, priority);
}

/**
 * Reads the answer once for both forms. Of a long one that is no rich message only the beginning is
 * drawn where the rest goes into the file anyway, since nobody else is served meanwhile.
 */
function drawnAnswer(
  markdown: string,
  options: AnswerOptions,
): Pick<DrawnAnswer, "body" | "tooLong"> & { readonly blocks?: readonly RichBlock[] | undefined } {
  const surelyTooLong = markdown.length > SURELY_TOO_LONG;
  let document: MarkdownDocument | undefined;
  if (options.rich === true && !surelyTooLong) {
    document = documentOf(markdown, options);
    const blocks = drawnRich(document, options, options);
    const body = blocks === undefined ? undefined : drawn(markdown, document, options);
    if (body !== undefined) return { blocks, body, tooLong: false };
  }
  if (surelyTooLong || (markdown.length > BEGINNING && !DEFINITION.test(markdown))) {
    const beginning = markdown.slice(0, BEGINNING);
    const body = drawn(beginning, documentOf(beginning, options), options);
    if (surelyTooLong || fillsTooMany(body, options)) return { body, tooLong: true };
  }
  document ??= documentOf(markdown, options);
  return { body: drawn(markdown, document, options), tooLong: false };
}

function fillsTooMany(body: FormattedText, { onFailure }: Rendering): boolean {
  try {
    return splitMessage(body, { limit: PART_LIMIT, most: MOST_PARTS + 1 }).length > MOST_PARTS;
  } catch (error) {
    onFailure?.(error);
    return false;
  }
}

const NOTHING_TO_SEND: Delivery = { status: "failed", reason: "The answer is empty" };

/** Leaves the key of the first part to the rich message, so that only one of both is sent. */
function besideRich(options: AnswerOptions): AnswerOptions {
  return options.key === undefined ? options : { ...options, key: `${options.key}:classic` };
}

async function deliverClassic(
  outbox: AnswerOutbox,
  { first, rest, file }: ClassicAnswer,
  priority: Priority,
): Promise<Delivery> {
  const messages = [first, ...rest].map((message) => outbox.send(message, priority));
  const deliveries = await Promise.all(
    file === undefined ? messages : [...messages, sendFile(outbox, file, priority)],
  );
  const [delivery = NOTHING_TO_SEND] = deliveries;
  return deliveries.find(({ status }) => status !== "sent") ?? delivery;
}

function sendFile(
  outbox: AnswerOutbox,
  { text, ...place }: NonNullable<ClassicAnswer["file"]>,
  priority: Priority,
): Promise<Delivery> {
  return outbox.sendDocument({ ...place, bytes: new TextEncoder().encode(text) }, priority);
}

/** What an agent wrote, and how it looks. */
interface DrawnAnswer {
  readonly markdown: string;
  readonly body: FormattedText;
  /** The body is its beginning only. */
  readonly tooLong: boolean;
}

/** @returns undefined where nothing would be seen */
function classicAnswer(
  target: Destination,
  answer: DrawnAnswer,
  options: AnswerOptions,
): ClassicAnswer | undefined {
  const { markdown, body, tooLong } = answer;
  try {
    const { heading, footing } = options;
    const whole = paragraphs([heading, body]);
    const all = paragraphs([whole, footing]);
    const parts = splitMessage(all, { limit: PART_LIMIT, most: MOST_PARTS + 1 });
    return tooLong || parts.length > MOST_PARTS
      ? beginningAndFile(target, whole, markdown, options)
      : allParts(target, parts, options);
  } catch (error) {
    options.onFailure?.(error);
    // Nothing that is drawn keeps an answer back: its beginning as it is, and the whole as a file.
    const text = [options.heading?.text ?? "", markdown].filter((part) => part !== "").join("\n\n");
    const [beginning = ""] = /^[^]{0,3000}(?![\uDC00-\uDFFF])/.exec(text) ?? [];
    return beginningAndFile(target, { text: beginning, entities: [] }, markdown, options);
  }
}

function paragraphs(parts: readonly (FormattedText | undefined)[]): FormattedText {
  const said = parts.filter((part) => part !== undefined && part.text !== "");
  const [only] = said;
  if (said.length <= 1) return only ?? { text: "", entities: [] };
  const builder = new TextBuilder();
  for (const [index, part] of said.entries()) {
    if (index > 0) builder.text("\n\n");
    if (part !== undefined) builder.append(part);
  }
  return builder.build();
}

function allParts(
  target: Destination,
  parts: readonly FormattedText[],
  options: AnswerOptions,
): ClassicAnswer | undefined {
  const { buttons } = options;
  const [first, ...rest] = parts.map((content, index): OutgoingMessage => {
    const last = index === parts.length - 1 && buttons !== undefined ? { buttons } : {};
    const place = index === 0 ? target : quietly(target);
    return { ...place, ...kept(options, index + 1), content, ...last };
  });
  return first === undefined ? undefined : { first, rest };
}

function beginningAndFile(
  target: Destination,
  whole: FormattedText,
  markdown: string,
  options: AnswerOptions,
): ClassicAnswer {
  const { fileName = "answer.md", note = `The whole answer is in ${fileName}`, buttons } = options;
  const { footing } = options;
  const below = footing === undefined ? 0 : footing.text.length + 2;
  const limit = PART_LIMIT - note.length - NOTE_MARK.length - below;
  const isWhole = whole.entities.length === 0 && whole.text.length <= limit;
  // The note and what stands below it keep their look, too.
  const entities = Math.max(1, MOST_ENTITIES - 1 - (footing?.entities.length ?? 0));
  const [beginning] = isWhole ? [whole] : splitMessage(whole, { limit, most: 1, entities });
  const noted = new TextBuilder().append(beginning ?? whole).text(NOTE_MARK).italic(note).build();
  const content = paragraphs([noted, footing]);
  return {
    first: {
      ...target,
      ...kept(options, 1),
      content,
      ...(buttons === undefined ? {} : { buttons }),
    },
    rest: [],
    file: { ...quietly(target), ...kept(options, 2), fileName, text: markdown },
  };
}

const NOTE_MARK = "\n\n… ";

function kept(
  { key, repeatNote, lostNote: note }: AnswerOptions,
  part: number,
): Pick<Destination, "key" | "repeatNote" | "lost"> {
  return {
    ...(note === undefined ? {} : { lost: { fileName: "answer.txt", note } }),
    ...(key === undefined ? {} : { key: `${key}:${part}` }),
    ...(repeatNote === undefined ? {} : { repeatNote }),
  };
}

function quietly({ chatId, topicId }: Destination): Destination {
  return { chatId, ...(topicId === undefined ? {} : { topicId }), silent: true };
}
