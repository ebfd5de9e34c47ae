/** Draws a question of Codex or of a tool server: one field at a time, the answers, or a page to open. */
import type { QuestionReply } from "../../core/chat/chat.ts";
import {
  currentField,
  fieldsOf,
  isLookedOver,
  type QuestionProgress,
  shownValue,
} from "../../core/codex/field_answers.ts";
import type { QuestionField, QuestionRequest } from "../../core/codex/question.ts";
import { unreachable } from "../../core/errors.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { formatDuration } from "../../core/text/duration.ts";
import { onOneLine, shortened } from "../../core/text/short_text.ts";
import { howText, questionTitle } from "../../texts/question_texts.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Button, Buttons } from "../outbox/outgoing.ts";
import { withoutUnmeantLinks } from "../render/unmeant_links.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import { timeOf } from "./approval_message.ts";
import type { Pending } from "./person_request.ts";

/** A question that waits for a person's answer. */
export interface PendingQuestion extends Pending {
  /** As Codex asked it: an address has to lead where it should. */
  readonly asked: QuestionRequest;
  readonly settle: (reply: QuestionReply) => void;
  /** Holds the question without secrets. */
  progress: QuestionProgress;
  /** Names the message that is shown now in the data of its buttons. */
  step: number;
  /** A field to change is being chosen. */
  choosing: boolean;
  expiresAt: Date;
}

const MESSAGE_LIMIT = 800;
const DESCRIPTION_LIMIT = 600;
const TITLE_LIMIT = 200;
/** Of all options together, and of the longest one. */
const OPTIONS_LIMIT = 1_600;
const OPTION_LIMIT = 300;
const SHORTEST_OPTION = 10;
const LABEL_LIMIT = 60;
const SHOWN_VALUE_LIMIT = 200;
const URL_LIMIT = 1_500;
const SUMMARY_LIMIT = 2_500;
/** More options are chosen by their number. */
export const MOST_OPTION_BUTTONS = 10;
const MOST_CHANGE_BUTTONS = 90;

/** Draws what is asked now. */
export function drawQuestion(pending: PendingQuestion): FormattedText {
  const { asked, progress, texts, expiresAt, choosing } = pending;
  const { question } = progress;
  const fields = fieldsOf(question);
  const field = currentField(progress);
  const builder = new TextBuilder();
  builder.text("❓ ").bold(visible(questionTitle(question, texts.questions)));
  if (field !== undefined && fields.length > 1) {
    builder.text(` · ${texts.questions.step(progress.at + 1, fields.length)}`);
  }
  builder.line();
  drawAsker(builder, question, texts);
  if (asked.kind === "address") drawAddress(builder, asked, texts);
  else if (field !== undefined) drawField(builder, field, texts);
  else {
    if (fields.length > 0) builder.line().bold(texts.questions.summary).line();
    drawAnswers(builder, progress, texts);
    if (question.kind === "form" && question.leftOut.length > 0) {
      const titles = onOneLine(visible(question.leftOut.join(", ")), DESCRIPTION_LIMIT);
      builder.line(texts.questions.leftOut(titles));
    }
    builder.line().line(choosing ? texts.questions.changeWhich : texts.questions.summaryHint);
  }
  builder.text(`${texts.approvals.expires}: `).relativeTime(expiresAt, timeOf(expiresAt));
  return withoutUnmeantLinks(builder.build());
}

function drawAsker(builder: TextBuilder, question: QuestionRequest, texts: Texts): void {
  if (question.agent !== undefined) {
    builder.line(`${texts.approvals.agent}: ${visible(question.agent)}`);
  }
  if (question.kind === "input" || question.message.trim() === "") return;
  builder.line(shortened(visible(question.message).trim(), MESSAGE_LIMIT));
}

function drawField(builder: TextBuilder, field: QuestionField, texts: Texts): void {
  const { title, description = "", required } = field;
  builder.line().bold(onOneLine(visible(title), TITLE_LIMIT));
  if (!required) builder.text(` · ${texts.questions.optional}`);
  builder.line();
  if (description.trim() !== "") {
    builder.line(shortened(visible(description).trim(), DESCRIPTION_LIMIT));
  }
  const options = "options" in field ? field.options : [];
  const typed = options.length > MOST_OPTION_BUTTONS || field.type === "choices";
  const room = Math.floor(OPTIONS_LIMIT / Math.max(1, options.length));
  const limit = Math.max(SHORTEST_OPTION, Math.min(OPTION_LIMIT, room));
  options.forEach(({ label, description: more = "" }, index) => {
    if (!typed && more.trim() === "") return;
    builder.text(typed ? `${index + 1}. ` : "• ").bold(onOneLine(visible(label), limit));
    if (more.trim() !== "") {
      builder.text(
        ` – ${onOneLine(visible(more), Math.max(SHORTEST_OPTION, limit - label.length))}`,
      );
    }
    builder.line();
  });
  builder.line().italic(howText(field, MOST_OPTION_BUTTONS, texts.questions)).line();
}

/** The host decides where a person's words go; it is what a look-alike cannot hide. */
function drawAddress(
  builder: TextBuilder,
  { url }: QuestionRequest & { readonly kind: "address" },
  { questions }: Texts,
): void {
  builder.line();
  const host = secureHost(url);
  if (host === undefined) {
    builder.code(shortened(visible(url), URL_LIMIT)).line().line(`⚠️ ${questions.notOpened}`);
  } else builder.text(shortened(url, URL_LIMIT)).line().line(questions.host(host));
}

/** @returns undefined for an address that gets no button: it is not `https`, or no address at all */
function secureHost(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, host } = new URL(url);
  return protocol === "https:" && hostname.includes(".") ? host : undefined;
}

function drawAnswers(
  builder: TextBuilder,
  { question, values }: QuestionProgress,
  texts: Texts,
): void {
  const most = SUMMARY_LIMIT + builder.length;
  for (const field of fieldsOf(question)) {
    const value = Object.hasOwn(values, field.id) ? values[field.id] : undefined;
    const shown = value === undefined
      ? texts.questions.none
      : onOneLine(visible(shownValue(field, value, texts.questions)), SHOWN_VALUE_LIMIT);
    if (builder.length > most) return void builder.line("…");
    builder.text(`• ${onOneLine(visible(field.title), LABEL_LIMIT)}: `).bold(shown).line();
  }
}

/** Draws a field that was answered, before the next one is asked. */
export function drawAnswered(
  { progress: { question } }: PendingQuestion,
  { at, values }: QuestionProgress,
  texts: Texts,
): FormattedText {
  const field = fieldsOf(question)[at];
  const builder = new TextBuilder().bold(visible(questionTitle(question, texts.questions))).line();
  if (field === undefined) return builder.build();
  const value = Object.hasOwn(values, field.id) ? values[field.id] : undefined;
  const shown = value === undefined
    ? texts.questions.none
    : shownValue(field, value, texts.questions);
  return builder.text(`${onOneLine(visible(field.title), TITLE_LIMIT)}: `)
    .bold(onOneLine(visible(shown), SHOWN_VALUE_LIMIT)).build();
}

const SIGNS = { answered: "✅", decline: "⛔", cancel: "⏹" } as const;

/** Draws a question that was settled. */
export function drawSettledQuestion(
  { progress, texts, askedAt, expiresAt }: PendingQuestion,
  { answer, who }: QuestionReply,
  at: Date,
): FormattedText {
  const { questions } = texts;
  const builder = new TextBuilder();
  builder.bold(visible(questionTitle(progress.question, questions))).line();
  drawAsker(builder, progress.question, texts);
  if (answer.type === "answered") drawAnswers(builder, progress, texts);
  const words = {
    answered: questions.answered,
    decline: questions.declined,
    cancel: questions.cancelled,
  }[answer.type];
  const how = who === undefined
    ? `⌛ ${questions.timedOut(formatDuration(expiresAt.getTime() - askedAt.getTime(), texts))}`
    : `${SIGNS[answer.type]} ${questions.by(words, who)}`;
  return withoutUnmeantLinks(
    builder.line().text(`${how}, `).clockTime(at, timeOf(at)).build(),
  );
}

/** Draws a question that takes no answer any more. @param why as a sentence */
export function drawClosedQuestion(
  question: QuestionRequest,
  texts: Texts,
  why: string,
): FormattedText {
  const builder = new TextBuilder();
  builder.bold(visible(questionTitle(question, texts.questions))).line();
  drawAsker(builder, question, texts);
  for (const { title } of fieldsOf(question).slice(0, MOST_OPTION_BUTTONS)) {
    builder.line(`• ${onOneLine(visible(title), TITLE_LIMIT)}`);
  }
  return withoutUnmeantLinks(builder.line().text(why).build());
}

/** What a button of a question does. */
export type QuestionAction =
  | { readonly type: "option"; readonly index: number }
  | { readonly type: "yes" | "no" | "preset" | "skip" | "send" | "decline" | "cancel" | "choose" }
  | { readonly type: "change"; readonly index: number };

/** By the letter in the data of a button. */
const ACTIONS: ReadonlyMap<string, Exclude<QuestionAction["type"], "option" | "change">> = new Map([
  ["y", "yes"],
  ["n", "no"],
  ["p", "preset"],
  ["s", "skip"],
  ["g", "send"],
  ["d", "decline"],
  ["c", "cancel"],
  ["w", "choose"],
]);
const PRESS = /^q:([A-Za-z0-9_-]{16}):(\d{1,4}):(?:([ynpsgdcw])|o(\d{1,3})|e(\d{1,3}))$/;

/** @returns undefined for the data of another kind of button */
export function pressedAction(
  data: string,
): { readonly nonce: string; readonly step: number; readonly action: QuestionAction } | undefined {
  const [, nonce, step, letter = "", option, change] = PRESS.exec(data) ?? [];
  if (nonce === undefined) return undefined;
  const type = ACTIONS.get(letter);
  const action: QuestionAction = type !== undefined
    ? { type }
    : option !== undefined
    ? { type: "option", index: Number(option) }
    : { type: "change", index: Number(change) };
  return { nonce, step: Number(step), action };
}

/** The buttons below what is asked now. */
export function questionButtons(pending: PendingQuestion): Buttons {
  const { nonce, step, progress, choosing, texts: { questions } } = pending;
  const { question } = progress;
  const button = (label: string, action: string): Button => ({
    label: onOneLine(visible(label), LABEL_LIMIT),
    data: `q:${nonce}:${step}:${action}`,
  });
  const cancel = button(questions.cancel, "c");
  const field = currentField(progress);
  if (field !== undefined) {
    const preset = presetOf(field, questions);
    const more = [
      ...(preset === undefined
        ? []
        : [button(questions.keep(onOneLine(preset, LABEL_LIMIT - 10)), "p")]),
      ...(field.required ? [] : [button(questions.skip, "s")]),
    ];
    return [...answerRows(field, button, questions), [...more, cancel]];
  }
  if (choosing) {
    const rows = fieldsOf(question).slice(0, MOST_CHANGE_BUTTONS)
      .map(({ title }, index) => [button(title, `e${index}`)]);
    return [...rows, [cancel]];
  }
  const decline = button(questions.decline, "d");
  if (pending.asked.kind === "address") return addressRows(pending, button);
  const send: Button = { ...button(questions.send, "g"), style: "success" };
  const change = fieldsOf(question).length > 0 && isLookedOver(question)
    ? [button(questions.change, "w")]
    : [];
  return [[send, ...change], [decline, cancel]];
}

type MakeButton = (label: string, action: string) => Button;

function answerRows(
  field: QuestionField,
  button: MakeButton,
  { yes, no }: Texts["questions"],
): Buttons {
  switch (field.type) {
    case "boolean":
      return [[button(yes, "y"), button(no, "n")]];
    case "choice":
      if (field.options.length > MOST_OPTION_BUTTONS) return [];
      return field.options.map(({ label }, index) => [button(label, `o${index}`)]);
    case "choices":
    case "number":
    case "text":
      return [];
    default:
      return unreachable(field);
  }
}

function addressRows(
  { asked, texts: { questions } }: PendingQuestion,
  button: MakeButton,
): Buttons {
  const url = asked.kind === "address" ? asked.url : "";
  const host = secureHost(url);
  const open: Buttons = host === undefined
    ? []
    : [[{ label: onOneLine(questions.open(host), LABEL_LIMIT), data: "", url }]];
  return [...open, [button(questions.done, "g"), button(questions.decline, "d")]];
}

/** The proposed value as people read it. */
function presetOf(field: QuestionField, words: Texts["questions"]): string | undefined {
  const { preset } = field;
  return preset === undefined ? undefined : shownValue(field, preset, words);
}

function visible(text: string): string {
  return withVisibleControls(text);
}
