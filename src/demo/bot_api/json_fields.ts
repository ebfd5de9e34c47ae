/** Reads the fields of a JSON object with Telegram's own complaints about them. */
import { badRequest } from "./api_error.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./wire.ts";

export class JsonFields {
  readonly #object: JsonObject;
  readonly #prefix: string;

  /** @param prefix goes in front of every complaint, e.g. `can't parse MessageEntity: ` */
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

  /** A number is taken as its digits, as the server does. */
  optionalString(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    return this.#wrongType(name, "String");
  }

  integer(name: string): number {
    return this.optionalInteger(name) ?? this.#missing(name);
  }

  /** Digits in a string are taken as the number, as the server does. */
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
