/**
 * Reads what Codex says about a failed turn: Codex hands on the body of a failed request to the
 * model's service, which may be JSON or the page of a proxy.
 */
import { z } from "../../core/schema.ts";
import { isObject } from "./json_object.ts";

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
/** What Codex says where the answer of the service has no body. */
const NO_BODY = /^unknown error$/i;
/** What Codex puts behind the body. */
const ADDRESS = /, url: \S+(?:, (?:request id|cf-ray|auth error)[^,]*)*$/i;
const ADDRESS_WITHIN = / for url \(https?:\S*\)/i;
/** A page is never worth more than its title. */
const PAGE = /<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]/i;
const XML = /^<(?:\?xml|error)\b/i;
/** How gateways begin that hand on the answer of another service within their own. */
const HANDED_ON = /^(?:litellm\.\w+: )*(?:\w+ - )?(?=\{|\[\s*\{)/i;
const MOST_CHARACTERS = 500;
/** Answers within answers, so deep. */
const DEEPEST = 3;

export function readErrorMessage(message: string): ErrorMessage {
  const trimmed = message.trim();
  const [beginning = "", digits, reason = ""] = WITH_STATUS.exec(trimmed) ?? [];
  const body = trimmed.slice(beginning.length).replace(ADDRESS, "").replace(ADDRESS_WITHIN, "")
    .trim();
  const isEmpty = digits !== undefined && NO_BODY.test(body);
  const said = isEmpty ? { text: "" } : readBody(body);
  const status = digits === undefined ? {} : { status: Number(digits) };
  const statusLine = digits === undefined
    ? ""
    : `HTTP ${digits}${reason.replace(/<.*>/, "").trimEnd()}`;
  return { ...said, ...status, text: shortened(said.text === "" ? statusLine : said.text) };
}

function readBody(body: string, deep = DEEPEST): ErrorMessage {
  if (PAGE.test(body)) return { text: titleOf(body), page: true };
  if (XML.test(body)) return { text: elementIn(body, "message") ?? elementIn(body, "code") ?? "" };
  const start = body.search(/\[\s*\{|\{/);
  if (start < 0) return { text: body };
  const parsed = parseUpTo(body.slice(start));
  if (parsed === undefined) return { text: body };
  const said = saidIn(Array.isArray(parsed) ? parsed[0] : parsed, deep);
  const before = body.slice(0, start).trim();
  if (before === "") return said;
  // Within a sentence it is something that is quoted, such as the output of a tool.
  return { text: [before, said.text].filter((part) => part !== "").join(" ") };
}

/** Parses the JSON at the beginning of the text, whatever stands behind it. */
function parseUpTo(text: string): unknown {
  const end = text.lastIndexOf(text.startsWith("[") ? "]" : "}") + 1;
  try {
    return JSON.parse(text.slice(0, end));
  } catch {
    return undefined;
  }
}

const words = z.string().optional().catch(undefined);
const code = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
/** OpenRouter has the answer of the service behind it. */
const metadata = z.object({ raw: words }).optional().catch(undefined);
const details = z.object({ message: words, msg: words, code, type: words, param: words, metadata });
/** The shapes of the services in use: OpenAI's, ChatGPT's, FastAPI's, and those of proxies. */
const body = z.object({
  error: z.union([details, z.string()]).optional().catch(undefined),
  detail: z.union([z.string(), details, z.array(details)]).optional().catch(undefined),
  message: words,
  title: words,
  code,
});

function saidIn(parsed: unknown, deep: number): ErrorMessage {
  const read = body.safeParse(parsed);
  if (!read.success) return { text: "" };
  const { error, detail, message, title } = read.data;
  const first = [error, Array.isArray(detail) ? detail[0] : detail].find((part) =>
    part !== undefined
  );
  const found = typeof first === "object" ? first : undefined;
  // A plain `error` beside a message is often no more than the words of the status.
  const plain = typeof first === "string" ? first : title;
  const text = found?.message ?? found?.msg ?? message ?? plain;
  const name = found?.code ?? found?.type ?? read.data.code;
  const said: ErrorMessage = {
    text:
      [text, wordsIn(parsed, DEEPEST), nameIn(name)].find((part) =>
        part !== undefined && part.trim() !== ""
      )?.trim() ?? "",
    ...(name === undefined ? {} : { code: name }),
    ...(found?.param === undefined ? {} : { parameter: found.param }),
  };
  return handedOn(said, found?.metadata?.raw, deep);
}

/** Reads what a gateway hands on, which names the error better than the gateway does. */
function handedOn(said: ErrorMessage, raw: string | undefined, deep: number): ErrorMessage {
  if (deep === 0) return said;
  const beginning = HANDED_ON.exec(said.text)?.[0];
  const inner = beginning === undefined ? raw : said.text.slice(beginning.length);
  const read = inner === undefined ? undefined : readBody(inner.trim(), deep - 1);
  if (read === undefined || read.text === "") return said;
  return {
    ...said,
    ...read,
    text: beginning === undefined ? `${said.text}: ${read.text}` : read.text,
  };
}

/** Names under which services of all kinds say what is wrong. */
const TELLING = [
  ...["message", "msg", "detail", "details", "error_description", "description"] as const,
  ...["reason", "error", "errors", "title", "text"] as const,
];

/** The first words in an answer of a shape that nobody knows; empty where there are none. */
function wordsIn(value: unknown, deep: number): string {
  if (typeof value === "string") return value;
  if (deep === 0) return "";
  if (Array.isArray(value)) return wordsIn(value[0], deep);
  if (!isObject(value)) return "";
  return TELLING.map((name) => wordsIn(value[name], deep - 1)).find((text) => text.trim() !== "") ??
    "";
}

/** A name says more than nothing, and a number no more than the status. */
function nameIn(name: string | undefined): string | undefined {
  return name === undefined || /^\d+$/.test(name) ? undefined : name;
}

function titleOf(page: string): string {
  return elementIn(page, "title") ?? elementIn(page, "h1") ?? "";
}

function elementIn(page: string, name: string): string | undefined {
  const found = new RegExp(`<${name}[^>]*>([^<]*)`, "i").exec(page)?.[1];
  return found === undefined ? undefined : withoutEntities(found).replaceAll(/\s+/g, " ").trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  mdash: "—",
  nbsp: " ",
  ndash: "–",
  quot: '"',
};

function withoutEntities(text: string): string {
  return text
    .replaceAll(/&#(\d{1,6});/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replaceAll(/&([a-z]+);/gi, (all, name: string) => ENTITIES[name.toLowerCase()] ?? all);
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS).replace(/\s\S*$|[\ud800-\udbff]$/, "")} …`;
}
