/**
 * Stands between the application and Codex: lines of JSON go by, each request is held to the policy,
 * and what is refused is answered in Codex's place.
 */
import { mcpRefusal } from "./mcp_policy.ts";
import type { FolderPolicy } from "./folder_policy.ts";
import { fieldsOf, type Refusal, type RequestPolicy } from "./request_policy.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What holds the messages of one protocol. */
export interface Guard {
  /** @returns the message to pass on; absent = none */
  passed(message: Fields): { readonly pass?: Fields; readonly answer?: Fields };
  /** Whether lines of Codex have to be looked at. */
  readonly watches: boolean;
  /** @returns the error to tell in place of the answer */
  answered(message: Fields): Fields | undefined;
}

const INVALID_REQUEST = -32600;

export function appServerGuard(policy: RequestPolicy): Guard {
  return {
    passed: ({ id, method, params, result, error }) => {
      if (typeof method !== "string") return { pass: onlyTold({ id, result, error }) };
      if (id === undefined) return method === "initialized" ? { pass: { method } } : {};
      const refusal = policy.request(method, params, id);
      return refusal === undefined
        ? { pass: onlyTold({ id, method, params }) }
        : { answer: refused(id, method, refusal) };
    },
    get watches() {
      return policy.watches;
    },
    answered: (message) => {
      if (typeof message.method === "string") return undefined;
      const refusal = policy.answer(message);
      return refusal === undefined ? undefined : refused(message.id, "the conversation", refusal);
    },
  };
}

const MCP_NOTICES = ["notifications/initialized", "notifications/cancelled"];

export function mcpGuard(folders: FolderPolicy): Guard {
  return {
    passed: ({ jsonrpc, id, method, params, result, error }) => {
      if (typeof method !== "string") return { pass: onlyTold({ jsonrpc, id, result, error }) };
      const told = onlyTold({ jsonrpc, id, method, params });
      if (id === undefined) return MCP_NOTICES.includes(method) ? { pass: told } : {};
      const refusal = mcpRefusal(method, fieldsOf(params), folders);
      return refusal === undefined
        ? { pass: told }
        : { answer: { jsonrpc, ...refused(id, method, refusal) } };
    },
    watches: false,
    answered: () => undefined,
  };
}

function refused(id: unknown, what: string, why: NonNullable<Refusal>): Fields {
  const message = `codex-orchestrator refuses ${what}: it ${why}`;
  return { id, error: { code: INVALID_REQUEST, message } };
}

function onlyTold(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const NEWLINE = 10;
/** A picture of 20 MB as base64, and more. */
const LONGEST_LINE = 64 * 1024 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/** Splits bytes into whole lines, each with its line feed. */
class Lines {
  #parts: Bytes[] = [];
  #length = 0;

  /** @returns what is whole by now, as one piece; undefined where nothing is */
  add(bytes: Bytes): Bytes | undefined {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0 && this.#length + bytes.length <= LONGEST_LINE) {
      this.#parts.push(bytes);
      this.#length += bytes.length;
      return undefined;
    }
    const whole = joined([...this.#parts, end === 0 ? bytes : bytes.subarray(0, end)]);
    const rest = end === 0 ? new Uint8Array() : bytes.slice(end);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return whole;
  }

  rest(): Bytes {
    return joined(this.#parts.splice(0));
  }
}

export class GuardedLines {
  readonly #guard: Guard;
  readonly #input = new Lines();
  readonly #output = new Lines();
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #say: (bytes: Bytes) => void;
  /** A line that Codex has got already, before the application began. */
  #sent: string | undefined;

  /** @param say tells the application something in Codex's place; whole lines */
  constructor(guard: Guard, say: (bytes: Bytes) => void) {
    this.#guard = guard;
    this.#say = say;
  }

  /** Makes the bytes of a line that goes to Codex ahead: when the application sends it, it is not repeated. */
  ahead(line: string): Bytes {
    this.#sent = `${line}\n`;
    return this.#encoder.encode(this.#sent);
  }

  /** @returns what may go to Codex; undefined where nothing may yet */
  input(bytes: Bytes): Bytes | undefined {
    const whole = this.#input.add(bytes);
    if (whole === undefined) return undefined;
    const passed = this.#decoder.decode(whole).split("\n").flatMap((line) => this.#passed(line));
    return passed.length === 0 ? undefined : this.#encoder.encode(passed.join(""));
  }

  /** @returns what may go to the application; undefined where nothing may yet */
  output(bytes: Bytes): Bytes | undefined {
    const whole = this.#output.add(bytes);
    if (whole === undefined || !this.#guard.watches) return whole;
    const lines = this.#decoder.decode(whole).split("\n").map((line) => this.#answered(line));
    return this.#encoder.encode(lines.join("\n"));
  }

  /** What Codex wrote last, without a line feed. */
  lastOutput(): Bytes {
    return this.#output.rest();
  }

  #passed(line: string): string[] {
    const message = jsonOf(line);
    if (message === undefined) return [];
    const { pass, answer } = this.#guard.passed(message);
    if (answer !== undefined) this.#say(this.#encoder.encode(`${JSON.stringify(answer)}\n`));
    if (pass === undefined) return [];
    // Written anew: what Codex reads is what was looked at.
    const written = `${JSON.stringify(pass)}\n`;
    if (written !== this.#sent) return [written];
    this.#sent = undefined;
    return [];
  }

  #answered(line: string): string {
    const message = this.#guard.watches ? jsonOf(line) : undefined;
    const instead = message === undefined ? undefined : this.#guard.answered(message);
    return instead === undefined ? line : JSON.stringify(instead);
  }
}

function jsonOf(line: string): Fields | undefined {
  if (line.trim() === "") return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    // No message of either protocol: it goes nowhere.
    return undefined;
  }
}

function joined(parts: readonly Bytes[]): Bytes {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
