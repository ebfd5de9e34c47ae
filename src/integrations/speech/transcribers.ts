/** Writes recordings down, by a program of this machine or by an endpoint that works as OpenAI's. */
import { z } from "../../core/schema.ts";
import {
  type Recording,
  type Transcriber,
  TranscriptionError,
} from "../../core/chat/transcriber.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import type { StartedProgram, StartProgram } from "../codex/child_process.ts";

export interface VoiceSettings {
  /** Program and arguments; `{file}` stands for the recording. */
  readonly command?: readonly string[] | undefined;
  /** Address of an endpoint such as `/v1/audio/transcriptions`. */
  readonly endpoint?: string | undefined;
  readonly model: string;
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
}

export interface TranscriberDependencies {
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts the program; absent = from here. */
  readonly start?: StartProgram | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** Characters of what went wrong. */
const REASON_LIMIT = 200;
/** In characters; a request holds no more. */
const MOST_WORDS = 200_000;
const MOST_BYTES = 4 * MOST_WORDS;

/** @returns undefined where nothing is configured */
export function createTranscriber(
  settings: VoiceSettings,
  dependencies: TranscriberDependencies,
): Transcriber | undefined {
  const { command = [], endpoint, timeoutMs } = settings;
  const [program, ...parameters] = command;
  if (program !== undefined) {
    return within(
      timeoutMs,
      (recording, signal) =>
        byProgram(program, argumentsFor(parameters, recording.path), dependencies, signal),
    );
  }
  if (endpoint === undefined) return undefined;
  return within(
    timeoutMs,
    (recording, signal) =>
      byEndpoint({ ...settings, endpoint }, recording, dependencies.fetch, signal),
  );
}

type Transcribe = (recording: Recording, signal: AbortSignal) => Promise<string>;

function within(timeoutMs: number, transcribe: Transcribe): Transcriber {
  return {
    transcribe: async (recording, signal) => {
      const late = AbortSignal.timeout(timeoutMs);
      try {
        const words = await transcribe(recording, AbortSignal.any([signal, late]));
        return words.trim().slice(0, MOST_WORDS);
      } catch (error) {
        signal.throwIfAborted();
        if (!late.aborted) throw error;
        throw new TranscriptionError("slow", `${timeoutMs / 1000} s`);
      }
    },
  };
}

/** Appends the file where no argument names it. */
function argumentsFor(parameters: readonly string[], path: string): string[] {
  const named = parameters.map((each) => each.replaceAll("{file}", () => path));
  return parameters.some((each) => each.includes("{file}")) ? named : [...named, path];
}

async function byProgram(
  program: string,
  args: string[],
  dependencies: TranscriberDependencies,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const child = await startProgram(program, args, dependencies);
  const end = (): void => kill(child);
  signal.addEventListener("abort", end, { once: true });
  const ended = [
    readText(child.stdout, signal),
    readText(child.stderr, signal),
    child.status,
  ] as const;
  try {
    const [words, complaint, { code }] = await Promise.all(ended);
    signal.throwIfAborted();
    if (code === 0) return words;
    const reason = complaint.trim().split("\n").at(-1) ?? "";
    const said = reason === "" ? "" : `: ${shortened(reason)}`;
    throw new TranscriptionError("failed", `${program}, code ${code}${said}`);
  } finally {
    signal.removeEventListener("abort", end);
    end();
    await Promise.allSettled(ended);
  }
}

type Started = Pick<StartedProgram, "stdout" | "stderr" | "status" | "kill">;

async function startProgram(
  program: string,
  args: string[],
  { environment, start }: TranscriberDependencies,
): Promise<Started> {
  try {
    if (start !== undefined) {
      const started = await start({ command: program, arguments: args }, environment);
      // It has no input; where it is gone already there is nothing to close.
      await started.stdin.close().catch(() => undefined);
      return started;
    }
    return new Deno.Command(program, {
      args,
      env: { ...environment },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
      throw new TranscriptionError("no-program", program, error);
    }
    throw new TranscriptionError("no-start", program, error);
  }
}

function kill(child: Started): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

/**
 * Reads to the end, so that the program never waits, and keeps the beginning. Stops at the signal,
 * since a process that the killed program left behind may hold the other end open.
 */
async function readText(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const keep = new WritableStream<Uint8Array>({
    write: (part) => {
      if (size < MOST_BYTES) parts.push(part);
      size += part.length;
    },
  });
  await stream.pipeTo(keep, { signal });
  return new TextDecoder().decode(await new Blob(parts.map((part) => part.slice())).arrayBuffer());
}

const transcript = z.looseObject({ text: z.string() });

async function byEndpoint(
  { endpoint, model, apiKey }: VoiceSettings & { readonly endpoint: string },
  { name, bytes }: Recording,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<string> {
  const form = new FormData();
  form.set("file", new Blob([bytes.slice()]), name);
  form.set("model", model);
  form.set("response_format", "json");
  const { host } = new URL(endpoint);
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  let response: Response;
  let body: string;
  try {
    response = await fetch(endpoint, { method: "POST", body: form, headers, signal });
    body = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw new TranscriptionError("unreachable", host, error);
  }
  if (!response.ok) throw new TranscriptionError("refused", `${host} (HTTP ${response.status})`);
  const read = transcript.safeParse(jsonOf(body));
  if (!read.success) throw new TranscriptionError("no-words", host);
  return read.data.text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shortened(reason: string): string {
  return onOneLine(reason, REASON_LIMIT);
}
