/**
 * Reads the schema of a form as fields that a person can fill in. Servers write schemas of all kinds:
 * whatever it is, this never throws, and what cannot be asked for is named.
 */
import type {
  FieldOption,
  FieldScalar,
  QuestionField,
  TextFormat,
} from "../../../core/codex/question.ts";
import { shownIfBlank } from "../../../core/text/short_text.ts";

export interface ReadForm {
  readonly fields: readonly QuestionField[];
  /** Titles of optional fields that cannot be asked for. */
  readonly leftOut: readonly string[];
  /** Titles of required ones: without them the form cannot be sent. */
  readonly impossible: readonly string[];
  /** The title of a required field that is a secret by its own word. */
  readonly secret?: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** A person fills in no more; a server that wants it does not mean a chat. */
const MOST_FIELDS = 100;
const MOST_OPTIONS = 100;

export function readForm(schema: unknown): ReadForm {
  const properties = objectIn(schema, "properties") ?? {};
  const required = listIn(schema, "required").filter((name) => typeof name === "string");
  const names = Object.keys(properties);
  if (names.length > MOST_FIELDS) {
    return { fields: [], leftOut: [], impossible: [`${names.length} fields`] };
  }
  const read = names.map((name) => readField(name, properties[name], required.includes(name)));
  const secret = read.find((field) => field.type === "secret" && field.required);
  const lost = read.filter((field) => field.type === "unknown" || field.type === "secret");
  return {
    fields: read.flatMap((field) => isKnown(field) ? [field] : []),
    leftOut: lost.filter((field) => !field.required).map(({ title }) => title),
    impossible: [
      ...lost.filter((field) => field.required).map(({ title }) => title),
      ...required.filter((name) => !Object.hasOwn(properties, name)),
    ],
    ...(secret === undefined ? {} : { secret: secret.title }),
  };
}

type ReadField = QuestionField | {
  readonly type: "unknown" | "secret";
  readonly id: string;
  readonly title: string;
  readonly required: boolean;
};

function isKnown(field: ReadField): field is QuestionField {
  return field.type !== "unknown" && field.type !== "secret";
}

function readField(id: string, property: unknown, required: boolean): ReadField {
  const schema = withoutNull(isObject(property) ? property : {});
  const description = textIn(schema, "description");
  const base = {
    id,
    title: textIn(schema, "title") ?? shownIfBlank(id),
    required,
    ...(description === undefined ? {} : { description }),
  };
  if (schema.format === "password" || schema.writeOnly === true) return { ...base, type: "secret" };
  const options = optionsOf(schema);
  if (options.length > MOST_OPTIONS) return { ...base, type: "unknown" };
  if (options.length > 0) return choiceField(base, schema, options);
  switch (typeOf(schema)) {
    case "boolean":
      return { ...base, type: "boolean", ...presetOf(schema, isBoolean) };
    case "integer":
    case "number":
      return numberField(base, schema);
    case "string":
      return textField(base, schema);
    case "array":
      return arrayField(base, schema);
    default:
      // Without a type any JSON is right, and words are JSON.
      return schema.type === undefined && isObject(property)
        ? textField(base, schema)
        : { ...base, type: "unknown" };
  }
}

type Base = Pick<QuestionField, "id" | "title" | "description" | "required">;

function choiceField(
  base: Base,
  schema: Schema,
  options: readonly FieldOption[],
): QuestionField {
  const known = (value: unknown): value is FieldScalar =>
    options.some((option) => option.value === value);
  return { ...base, type: "choice", options, freeText: false, ...presetOf(schema, known) };
}

function numberField(base: Base, schema: Schema): QuestionField {
  const integer = typeOf(schema) === "integer";
  const least = numberIn(schema, "minimum");
  const most = numberIn(schema, "maximum");
  return {
    ...base,
    type: "number",
    integer,
    ...(least === undefined ? {} : { least }),
    ...(most === undefined ? {} : { most }),
    ...presetOf(schema, isNumber),
  };
}

const FORMATS: readonly TextFormat[] = ["email", "uri", "date", "date-time"];

function textField(base: Base, schema: Schema): QuestionField {
  const shortest = numberIn(schema, "minLength");
  const longest = numberIn(schema, "maxLength");
  const format = FORMATS.find((known) => known === schema.format);
  return {
    ...base,
    type: "text",
    ...(shortest === undefined ? {} : { shortest }),
    ...(longest === undefined ? {} : { longest }),
    ...(format === undefined ? {} : { format }),
    ...presetOf(schema, isText),
  };
}

/** Several of some options; any other array is nothing that a person types. */
function arrayField(base: Base, schema: Schema): ReadField {
  const options = optionsOf(objectIn(schema, "items") ?? {});
  if (options.length === 0 || options.length > MOST_OPTIONS) return { ...base, type: "unknown" };
  const least = numberIn(schema, "minItems");
  const most = numberIn(schema, "maxItems");
  const known = (value: unknown): value is FieldScalar[] =>
    Array.isArray(value) && value.every((each) => options.some((option) => option.value === each));
  return {
    ...base,
    type: "choices",
    options,
    ...(least === undefined ? {} : { least }),
    ...(most === undefined ? {} : { most }),
    ...presetOf(schema, known),
  };
}

/** `enum` with or without `enumNames`, or constants with titles in `oneOf` or `anyOf`. */
function optionsOf(schema: Schema): readonly FieldOption[] {
  const titles = listIn(schema, "enumNames");
  const named = listIn(schema, "enum").flatMap((value, index) =>
    isScalar(value) ? [{ value, label: textOf(titles[index]) ?? labelOf(value) }] : []
  );
  if (named.length > 0) return named;
  return [...listIn(schema, "oneOf"), ...listIn(schema, "anyOf")].flatMap((option) => {
    if (!isObject(option) || !isScalar(option.const)) return [];
    const description = textIn(option, "description");
    return [{
      value: option.const,
      label: textIn(option, "title") ?? labelOf(option.const),
      ...(description === undefined ? {} : { description }),
    }];
  });
}

/** Reads `anyOf: [{ type: "integer" }, { type: "null" }]`, in which libraries write what is optional. */
function withoutNull(schema: Schema): Schema {
  const ways = [...listIn(schema, "anyOf"), ...listIn(schema, "oneOf")].filter(isObject);
  const [way, ...others] = ways.filter(({ type }) => type !== "null");
  const isNullable = way !== undefined && others.length === 0 && ways.length > 1;
  return isNullable && schema.type === undefined ? { ...way, ...schema } : schema;
}

/** No button can be blank. */
function labelOf(value: FieldScalar): string {
  return shownIfBlank(String(value));
}

/** `["string", "null"]` is a string that may be missing. */
function typeOf({ type }: Schema): unknown {
  return Array.isArray(type) ? type.find((each) => each !== "null") : type;
}

function presetOf<Value>(
  schema: Schema,
  fits: (value: unknown) => value is Value,
): { readonly preset?: Value } {
  const value = schema.default;
  return fits(value) ? { preset: value } : {};
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is FieldScalar {
  return isText(value) || isNumber(value) || isBoolean(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function textOf(value: unknown): string | undefined {
  return isText(value) && value.trim() !== "" ? value.trim() : undefined;
}

function textIn(schema: Schema, name: string): string | undefined {
  return textOf(schema[name]);
}

function numberIn(schema: Schema, name: string): number | undefined {
  const value = schema[name];
  return isNumber(value) ? value : undefined;
}

function objectIn(value: unknown, name: string): Schema | undefined {
  const inner = isObject(value) ? value[name] : undefined;
  return isObject(inner) ? inner : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const inner = isObject(value) ? value[name] : undefined;
  return Array.isArray(inner) ? inner : [];
}
