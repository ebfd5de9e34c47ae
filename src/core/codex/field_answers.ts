/**
 * Reads what a person typed as the value of a field, and leads through the fields of a question one
 * after another; pure.
 */
import { unreachable } from "../errors.ts";
import { shownIfBlank } from "../text/short_text.ts";
import type {
  FieldOption,
  FieldScalar,
  FieldValue,
  FieldValues,
  QuestionField,
  QuestionRequest,
  TextFormat,
} from "./question.ts";

/** Why an answer is not taken. */
export type FieldProblem =
  | { readonly type: "required" }
  | { readonly type: "number" }
  | { readonly type: "whole" }
  | { readonly type: "range"; readonly least?: number; readonly most?: number }
  | { readonly type: "longer"; readonly shortest: number }
  | { readonly type: "shorter"; readonly longest: number }
  | { readonly type: "option" }
  | { readonly type: "more"; readonly least: number }
  | { readonly type: "fewer"; readonly most: number }
  | { readonly type: "yes-no" }
  | { readonly type: "format"; readonly format: TextFormat };

export type TypedAnswer = { readonly value: FieldValue } | { readonly problem: FieldProblem };

/** Reads typed words. Options may be named by their label, their value or their number. */
export function typedAnswer(field: QuestionField, typed: string): TypedAnswer {
  const text = typed.trim();
  if (text === "") return { problem: { type: "required" } };
  switch (field.type) {
    case "choice": {
      const option = optionNamed(field.options, text);
      if (option !== undefined) return { value: option.value };
      return field.freeText ? { value: text } : { problem: { type: "option" } };
    }
    case "choices":
      return severalOf(field, text);
    case "boolean":
      return yesOrNo(text);
    case "number":
      return numberIn(field, text);
    case "text":
      return textFor(field, text);
    default:
      return unreachable(field);
  }
}

function optionNamed(options: readonly FieldOption[], text: string): FieldOption | undefined {
  const wanted = text.toLowerCase();
  return options.find(({ label }) => label.toLowerCase() === wanted) ??
    options.find(({ value }) => String(value).toLowerCase() === wanted) ??
    (/^\d{1,3}$/.test(wanted) ? options[Number(wanted) - 1] : undefined);
}

function severalOf(
  { options, least, most }: QuestionField & { readonly type: "choices" },
  text: string,
): TypedAnswer {
  const whole = optionNamed(options, text);
  const named = whole === undefined
    ? text.split(/[,;\n]/).filter((part) => part.trim() !== "")
      .map((part) => optionNamed(options, part.trim()))
    : [whole];
  const values = new Set<FieldScalar>();
  for (const option of named) {
    if (option === undefined) return { problem: { type: "option" } };
    values.add(option.value);
  }
  if (least !== undefined && values.size < least) return { problem: { type: "more", least } };
  if (most !== undefined && values.size > most) return { problem: { type: "fewer", most } };
  return { value: [...values] };
}

const YES = /^(?:y|yes|true|on|1|예|네|응)$/i;
const NO = /^(?:n|no|false|off|0|2|아니요|아니오|아니)$/i;

function yesOrNo(text: string): TypedAnswer {
  if (YES.test(text)) return { value: true };
  return NO.test(text) ? { value: false } : { problem: { type: "yes-no" } };
}

function numberIn(
  { integer, least, most }: QuestionField & { readonly type: "number" },
  text: string,
): TypedAnswer {
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) return { problem: { type: "number" } };
  if (integer && !Number.isSafeInteger(value)) return { problem: { type: "whole" } };
  if ((least !== undefined && value < least) || (most !== undefined && value > most)) {
    return {
      problem: {
        type: "range",
        ...(least === undefined ? {} : { least }),
        ...(most === undefined ? {} : { most }),
      },
    };
  }
  return { value };
}

function textFor(
  { shortest, longest, format }: QuestionField & { readonly type: "text" },
  text: string,
): TypedAnswer {
  const characters = [...text].length;
  if (shortest !== undefined && characters < shortest) {
    return { problem: { type: "longer", shortest } };
  }
  if (longest !== undefined && characters > longest) {
    return { problem: { type: "shorter", longest } };
  }
  if (format !== undefined && !hasFormat(text, format)) {
    return { problem: { type: "format", format } };
  }
  return { value: text };
}

function hasFormat(text: string, format: TextFormat): boolean {
  switch (format) {
    case "email":
      return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text);
    case "uri":
      return /^[a-z][a-z\d+.-]*:\S+$/i.test(text) && URL.canParse(text);
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(text) && isDay(text);
    case "date-time":
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d/i.test(text) && isDay(text.slice(0, 10)) &&
        !Number.isNaN(Date.parse(text));
    default:
      return unreachable(format);
  }
}

/** `2026-02-30` parses, as another day. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** How far a person has got with a question. */
export interface QuestionProgress {
  readonly question: QuestionRequest;
  readonly values: FieldValues;
  /** Index of the field that is asked; behind the last one the answers are looked over. */
  readonly at: number;
  /** One field is changed; the others are answered. */
  readonly changing: boolean;
}

export function beginQuestion(question: QuestionRequest): QuestionProgress {
  return { question, values: {}, at: 0, changing: false };
}

export function fieldsOf(question: QuestionRequest): readonly QuestionField[] {
  return question.kind === "address" ? [] : question.fields;
}

/** @returns undefined when every field has been asked */
export function currentField({ question, at }: QuestionProgress): QuestionField | undefined {
  return fieldsOf(question)[at];
}

/** @param value undefined = the field is left out */
export function withAnswer(
  progress: QuestionProgress,
  value: FieldValue | undefined,
): QuestionProgress {
  const field = currentField(progress);
  if (field === undefined) return progress;
  const { [field.id]: _former, ...others } = progress.values;
  const values = value === undefined ? others : { ...others, [field.id]: value };
  const count = fieldsOf(progress.question).length;
  const at = progress.changing ? count : progress.at + 1;
  return { ...progress, values, at, changing: false };
}

/** Asks one field once more. @returns the same when there is no such field */
export function withChange(progress: QuestionProgress, index: number): QuestionProgress {
  if (fieldsOf(progress.question)[index] === undefined) return progress;
  return { ...progress, at: index, changing: true };
}

/** Whether a person looks over the answers before they are sent: those that leave for a server. */
export function isLookedOver({ kind }: QuestionRequest): boolean {
  return kind === "form";
}

/** The value as a person reads it. */
export function shownValue(
  field: QuestionField,
  value: FieldValue,
  { yes, no, none }: { readonly yes: string; readonly no: string; readonly none: string },
): string {
  const options = field.type === "choice" || field.type === "choices" ? field.options : [];
  const shown = (scalar: FieldScalar): string => {
    if (field.type === "boolean") return scalar === true ? yes : no;
    return options.find((option) => option.value === scalar)?.label ?? shownIfBlank(String(scalar));
  };
  if (typeof value !== "object") return shown(value);
  return value.length === 0 ? none : value.map(shown).join(", ");
}
