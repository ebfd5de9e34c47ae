/** From an HTTP request to a method call. */
import { badRequest } from "./api_error.ts";
import { Parameters, type UploadedFile } from "./parameters.ts";
import { isJsonObject, parseJson } from "./wire.ts";

/** What a path asks for; `other` is nothing that a Bot API server has. */
export type Route =
  | { readonly type: "method"; readonly token: string; readonly method: string }
  | { readonly type: "file"; readonly token: string; readonly path: string }
  | { readonly type: "other" };

export function readRoute(request: Request): Route {
  const path = decodeURIComponent(new URL(request.url).pathname);
  const method = /^\/bot([^/]+)\/([^/]+)\/?$/.exec(path);
  if (method?.[1] !== undefined && method[2] !== undefined) {
    return { type: "method", token: method[1], method: method[2] };
  }
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(path);
  if (file?.[1] !== undefined && file[2] !== undefined) {
    return { type: "file", token: file[1], path: file[2] };
  }
  return { type: "other" };
}

/**
 * Parameters from the query string and the body, whichever of the four ways they came.
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
