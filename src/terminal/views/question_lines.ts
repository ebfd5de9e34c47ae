/** Draws a question: the field that is asked now, or the answers before they are sent; pure. */
import {
  currentField,
  fieldsOf,
  type QuestionProgress,
  shownValue,
} from "../../core/codex/field_answers.ts";
import {
  type QuestionField,
  type QuestionRequest,
  questionSubject,
} from "../../core/codex/question.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { howText, questionTitle } from "../../texts/question_texts.ts";
import type { Texts } from "../../texts/texts.ts";
import { type Line, linesOf, span } from "../text/styled_line.ts";
import { choices, fact, indented } from "./approval_lines.ts";
import type { QuestionEnd } from "./view.ts";

const SUBJECT_LIMIT = 60;

/** @param progress without secrets, but for the address */
export function questionLines(progress: QuestionProgress, texts: Texts, columns: number): Line[] {
  const { question } = progress;
  const { questions } = texts;
  const field = currentField(progress);
  const fields = fieldsOf(question);
  const step = field !== undefined && fields.length > 1
    ? ` · ${questions.step(progress.at + 1, fields.length)}`
    : "";
  const title = withVisibleControls(questionTitle(question, questions));
  return [
    [span(`? ${title}${step}`, "warning", "bold")],
    ...indented([...askerLines(question, texts), ...bodyLines(progress, field, texts)], columns),
  ];
}

function askerLines(question: QuestionRequest, { approvals }: Texts): Line[] {
  const { agent } = question;
  return [
    ...(agent === undefined ? [] : [fact(approvals.agent, agent)]),
    ...(question.kind === "input" ? [] : paragraph(question.message)),
  ];
}

function bodyLines(
  { question, values }: QuestionProgress,
  field: QuestionField | undefined,
  { questions }: Texts,
): Line[] {
  if (question.kind === "address") {
    return [
      [span(withVisibleControls(question.url), "code")],
      ...(URL.canParse(question.url) ? [[span(questions.host(new URL(question.url).host))]] : []),
      choices([questions.done, questions.decline]),
    ];
  }
  if (field !== undefined) return fieldLines(field, questions);
  const answers = fieldsOf(question).map(({ title, ...rest }, index): Line => {
    const value = Object.hasOwn(values, rest.id) ? values[rest.id] : undefined;
    const shown = value === undefined
      ? questions.none
      : shownValue({ title, ...rest }, value, questions);
    return fact(`${index + 1}. ${title}`, shown);
  });
  const leftOut = question.kind === "form" ? question.leftOut.join(", ") : "";
  return [
    ...answers,
    ...(leftOut === "" ? [] : [[span(withVisibleControls(questions.leftOut(leftOut)), "dim")]]),
    choices([questions.send, questions.decline]),
    [span(answers.length === 0 ? questions.keys.field : questions.keys.summary, "dim")],
  ];
}

function fieldLines(field: QuestionField, questions: Texts["questions"]): Line[] {
  const { title, description = "", required, preset } = field;
  const options = "options" in field
    ? field.options
    : field.type === "boolean"
    ? [{ label: questions.yes }, { label: questions.no }]
    : [];
  return [
    [
      span(withVisibleControls(onOneLine(title, 200)), "bold"),
      ...(required ? [] : [span(` · ${questions.optional}`, "dim")]),
    ],
    ...paragraph(description),
    ...options.map((option, index): Line => {
      const more = "description" in option && option.description !== undefined
        ? ` – ${option.description}`
        : "";
      return [
        span(`${index + 1} `, "bold"),
        span(withVisibleControls(`${option.label}${more}`).replaceAll("\n", " ")),
      ];
    }),
    [span(howText(field, 0, questions), "dim")],
    [span(required ? questions.keys.field : questions.keys.optionalField, "dim")],
    ...(preset === undefined ? [] : [[
      span(
        questions.keys.preset(withVisibleControls(shownValue(field, preset, questions))),
        "dim",
      ),
    ]]),
  ];
}

function paragraph(text: string): Line[] {
  return text.trim() === "" ? [] : linesOf(withVisibleControls(text.trim()));
}

export function questionEndLines(
  question: QuestionRequest,
  end: QuestionEnd,
  { approvals, questions, terminal }: Texts,
): Line[] {
  const words = {
    answered: questions.answered,
    decline: questions.declined,
    cancel: questions.cancelled,
    "timed-out": terminal.timedOut,
    nobody: terminal.nobody,
    void: approvals.noLongerNeeded,
  }[end];
  const subject = withVisibleControls(onOneLine(questionSubject(question), SUBJECT_LIMIT));
  const answered = end === "answered";
  return [[
    span(`${answered ? "✓" : "✗"} ${words}`, answered ? "good" : "warning"),
    span(`: ${subject}`, "dim"),
  ]];
}
