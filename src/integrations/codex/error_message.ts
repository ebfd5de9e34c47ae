/**
 * Reads what Codex says about a failed turn: Codex hands on the body of a failed request to the
 * model's service, which may be JSON or the page of a proxy.
 */
import { z } from "../../core/schema.ts";

export interface ErrorMessage {
  /** One or a few lines for a person: no JSON, no HTML, no address of the service. */
  readonly text: string;
  /** HTTP status, where Codex begins with it. */
  readonly status?: number;
  /** A page came in place of an answer, such as that of a proxy. */
  readonly page?: true;
  /** The service's own name of the error, e.g. `model_not_found`. */
  readonly code?: string;
  /** The part of the request that the service does not take, e.g. `input[3].content[1].image_url`. */
  readonly parameter?: string;
}

/** How Codex begins when it hands on the answer of the service. */
const WITH_STATUS = /^(?:unexpected status|exceeded retry limit, last status:) (\d{3})\b([^:]*):?/i;
/** What Codex puts behind the body. */
const ADDRESS = /, url: \S+(?:, (?:request id|cf-ray|auth error)[^,]*)*$/i;
/** A page is never worth more than its title. */
const PAGE = /<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]/i;
const MOST_CHARACTERS = 500;

export function readErrorMessage(message: string): ErrorMessage {
  const trimmed = message.trim();
  const [beginning = "", digits, reason = ""] = WITH_STATUS.exec(trimmed) ?? [];
  const body = trimmed.slice(beginning.length).replace(ADDRESS, "").trim();
  const said = readBody(body);
  const status = digits === undefined ? {} : { status: Number(digits) };
  const statusLine = digits === undefined ? "" : `HTTP ${digits}${reason.trimEnd()}`;
  return { ...said, ...status, text: shortened(said.text === "" ? statusLine : said.text) };
}

function readBody(body: string): ErrorMessage {
  if (PAGE.test(body)) return { text: titleOf(body), page: true };
  const start = body.indexOf("{");
  if (start < 0) return { text: body };
  const parsed = parseUpTo(body.slice(start));
  if (parsed === undefined) return { text: body };
  const said = saidIn(parsed);
  const before = body.slice(0, start).trim();
  return { ...said, text: [before, said.text].filter((part) => part !== "").join(" ") };
}

/** Parses the JSON at the beginning of the text, whatever stands behind it. */
function parseUpTo(text: string): unknown {
  const end = text.lastIndexOf("}") + 1;
  try {
    return JSON.parse(text.slice(0, end));
  } catch {
    return undefined;
  }
}

const words = z.string().optional().catch(undefined);
const code = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const details = z.object({ message: words, msg: words, code, type: words, param: words });
/** The shapes of the services in use: OpenAI's, ChatGPT's, FastAPI's, and those of proxies. */
const body = z.object({
  error: z.union([details, z.string()]).optional().catch(undefined),
  detail: z.union([z.string(), details, z.array(details)]).optional().catch(undefined),
  message: words,
  title: words,
  code,
});

function saidIn(parsed: unknown): ErrorMessage {
  const read = body.safeParse(parsed);
  if (!read.success) return { text: "" };
  const { error, detail, message, title } = read.data;
  const first = [error, Array.isArray(detail) ? detail[0] : detail].find((part) =>
    part !== undefined
  );
  const text = typeof first === "string" ? first : first?.message ?? first?.msg;
  const found = typeof first === "object" ? first : undefined;
  const name = found?.code ?? found?.type ?? read.data.code;
  return {
    text: (text ?? message ?? title ?? "").trim(),
    ...(name === undefined ? {} : { code: name }),
    ...(found?.param === undefined ? {} : { parameter: found.param }),
  };
}

function titleOf(page: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(page)?.[1] ?? /<h1[^>]*>([^<]*)/i.exec(page)?.[1];
  return title?.replaceAll(/\s+/g, " ").trim() ?? "";
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS).replace(/\s\S*$|[\ud800-\udbff]$/, "")} …`;
}
