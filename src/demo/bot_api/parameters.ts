/** The parameters of one method call, however they were sent. */
import { badRequest } from "./api_error.ts";
import { type Json, parseJson } from "./wire.ts";

export interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

const ATTACHMENT = "attach://";

/**
 * The server keeps every parameter as text, and a JSON value that is not a string as its JSON; so
 * `{"chat_id": 5}`, `{"chat_id": "5"}` and `chat_id=5` are the same call.
 */
export class Parameters {
  readonly #values: ReadonlyMap<string, string>;
  readonly #files: ReadonlyMap<string, UploadedFile>;

  constructor(
    values: ReadonlyMap<string, string>,
    files: ReadonlyMap<string, UploadedFile> = new Map(),
  ) {
    this.#values = values;
    this.#files = files;
  }

  /** Without the names under which files are attached to other parameters. */
  names(): readonly string[] {
    const names = new Set([...this.#values.keys(), ...this.#files.keys()]);
    for (const value of this.#values.values()) {
      if (value.startsWith(ATTACHMENT)) names.delete(value.slice(ATTACHMENT.length));
    }
    return [...names];
  }

  /** Empty when absent, which the server does not tell apart. */
  text(name: string): string {
    return this.#values.get(name) ?? "";
  }

  has(name: string): boolean {
    return this.text(name) !== "";
  }

  boolean(name: string): boolean {
    const value = this.text(name).toLowerCase();
    if (["", "false", "0", "no"].includes(value)) return false;
    if (["true", "1", "yes"].includes(value)) return true;
    throw badRequest(`field "${name}" must be of type Boolean`);
  }

  integer(name: string): number | undefined {
    const value = this.text(name).trim();
    if (value === "") return undefined;
    const number = /^-?\d+$/.test(value) ? Number(value) : NaN;
    if (!Number.isSafeInteger(number)) {
      throw badRequest(`field "${name}" must be a valid Number`);
    }
    return number;
  }

  /**
   * A parameter that holds JSON.
   * @param complaint what the server says of text that is not JSON
   */
  json(name: string, complaint: string): Json | undefined {
    if (!this.has(name)) return undefined;
    const value = parseJson(this.text(name));
    if (value === undefined) throw badRequest(complaint);
    return value;
  }

  /** The file sent under this name, directly or through `attach://`. */
  file(name: string): UploadedFile | undefined {
    const value = this.text(name);
    return this.#files.get(value.startsWith(ATTACHMENT) ? value.slice(ATTACHMENT.length) : name);
  }

  /** Everything as a test wants to look at it: JSON where it is JSON, files by name and size. */
  toRecord(): Readonly<Record<string, Json>> {
    const record: Record<string, Json> = {};
    for (const name of this.names()) {
      const file = this.file(name);
      record[name] = file === undefined
        ? readable(name, this.text(name))
        : { name: file.name, mime_type: file.mimeType, size: file.bytes.length };
    }
    return record;
  }
}

const PLAIN_TEXT = new Set([
  "text",
  "caption",
  "description",
  "short_description",
  "callback_query_id",
  "url",
]);

/** A text that happens to look like JSON (`{}`, `5`) stays the text it is. */
function readable(name: string, value: string): Json {
  if (PLAIN_TEXT.has(name)) return value;
  return parseJson(value) ?? value;
}
