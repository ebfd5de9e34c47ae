/** JSON as it goes over the wire, and reading its fields with Telegram's own error messages. */
import { badRequest } from "./api_error.ts";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** Leaves out absent fields, as Telegram does. */
export function compact(fields: { readonly [key: string]: Json | undefined }): JsonObject {
  const present: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) present[name] = value;
  }
  return present;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Parses JSON text.
 * @returns undefined when the text is not JSON
 */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // The caller knows which of Telegram's messages fits.
    return undefined;
  }
}

export class JsonFields {
  readonly #object: JsonObject;
  readonly #prefix: string;

  /** @param prefix of every error message, e.g. `can't parse MessageEntity: ` */
  constructor(object: JsonObject, prefix = "") {
    this.#object = object;
    this.#prefix = prefix;
  }

  has(name: string): boolean {
    return this.#object[name] !== undefined && this.#object[name] !== null;
  }

  string(name: string): string {
    return this.optionalString(name) ?? this.#missing(name);
  }

  /** Takes a number as its digits, as the server does. */
  optionalString(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    return this.#wrongType(name, "String");
  }

  integer(name: string): number {
    return this.optionalInteger(name) ?? this.#missing(name);
  }

  /** Takes digits in a string as the number, as the server does. */
  optionalInteger(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== "number" && typeof value !== "string") {
      return this.#wrongType(name, "Number");
    }
    const number = typeof value === "string" && !/^-?\d+$/.test(value) ? NaN : Number(value);
    if (!Number.isSafeInteger(number)) this.fail(`Field "${name}" must be a valid Number`);
    return number;
  }

  optionalBoolean(name: string): boolean {
    const value = this.#value(name);
    if (value === undefined) return false;
    return typeof value === "boolean" ? value : this.#wrongType(name, "Boolean");
  }

  object(name: string): JsonObject {
    const value = this.#value(name);
    if (value === undefined) return this.#missing(name);
    return isJsonObject(value) ? value : this.#wrongType(name, "Object");
  }

  optionalArray(name: string): readonly Json[] | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    return isJsonArray(value) ? value : this.#wrongType(name, "Array");
  }

  fail(message: string): never {
    throw badRequest(this.#prefix + message);
  }

  #value(name: string): Json | undefined {
    return this.#object[name] ?? undefined;
  }

  #missing(name: string): never {
    return this.fail(`Can't find field "${name}"`);
  }

  #wrongType(name: string, type: string): never {
    return this.fail(`Field "${name}" must be of type ${type}`);
  }
}
