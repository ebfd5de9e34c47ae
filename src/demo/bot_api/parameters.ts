/** Reads the parameters of one method call, however they were sent. */
import { badRequest } from "./api_error.ts";
import { isJsonObject, type Json, parseJson } from "./wire.ts";

export interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

const ATTACHMENT = "attach://";

/**
 * Keeps every parameter as text, and a JSON value that is not a string as its JSON, as the server
 * does: `{"chat_id": 5}`, `{"chat_id": "5"}` and `chat_id=5` are the same call.
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

  /** Leaves out the names of files that are attached to other parameters. */
  names(): readonly string[] {
    const names = new Set([...this.#values.keys(), ...this.#files.keys()]);
    for (const value of this.#values.values()) {
      if (value.startsWith(ATTACHMENT)) names.delete(value.slice(ATTACHMENT.length));
    }
    return [...names];
  }

  /** Empty when absent: the server makes no difference. */
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
   * Reads a parameter that holds JSON.
   * @param complaint the server's message about text that is not JSON
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

  /** The file that `attach://name` within JSON names. */
  attached(reference: string): UploadedFile | undefined {
    if (!reference.startsWith(ATTACHMENT)) return undefined;
    return this.#files.get(reference.slice(ATTACHMENT.length));
  }

  /** All parameters for the call log: parsed where they are JSON, files by name and size. */
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

/** Keeps texts that happen to look like JSON (`{}`, `5`) as they are. */
function readable(name: string, value: string): Json {
  if (PLAIN_TEXT.has(name)) return value;
  return parseJson(value) ?? value;
}

/**
 * Reads the query string and a body of any of the three kinds.
 * @throws {ApiError} when the body is not what its content type says
 */
export async function readParameters(request: Request): Promise<Parameters> {
  const values = new Map<string, string>(new URL(request.url).searchParams);
  const files = new Map<string, UploadedFile>();
  if (request.method === "POST") await readBody(request, values, files);
  return new Parameters(values, files);
}

async function readBody(
  request: Request,
  values: Map<string, string>,
  files: Map<string, UploadedFile>,
): Promise<void> {
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) {
    readJsonBody(await request.text(), values);
  } else if (type.startsWith("multipart/form-data")) {
    await readForm(request, values, files);
  } else if (type.startsWith("application/x-www-form-urlencoded")) {
    for (const [name, value] of new URLSearchParams(await request.text())) values.set(name, value);
  } else if ((await request.text()) !== "") {
    throw badRequest("unsupported content type");
  }
}

function readJsonBody(body: string, values: Map<string, string>): void {
  if (body === "") return;
  const value = parseJson(body);
  if (!isJsonObject(value)) throw badRequest("object expected");
  for (const [name, field] of Object.entries(value)) {
    if (field === null) continue;
    values.set(name, typeof field === "string" ? field : JSON.stringify(field));
  }
}

async function readForm(
  request: Request,
  values: Map<string, string>,
  files: Map<string, UploadedFile>,
): Promise<void> {
  for (const [name, value] of await readFormData(request)) {
    if (typeof value === "string") values.set(name, value);
    else files.set(name, await readFile(value));
  }
}

async function readFormData(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch (error) {
    throw badRequest(`can't parse multipart body: ${String(error)}`);
  }
}

async function readFile(file: File): Promise<UploadedFile> {
  return {
    name: file.name,
    mimeType: file.type || "application/octet-stream",
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}
