/**
 * Talks to a shell that runs one script after the other: a sandbox takes longer to set up than most
 * scripts take to run.
 *
 * A request is the mark of this run, `run`, lines of shell, and the mark again; the shell answers with
 * the script's output, then a line of the mark and the exit code. The mark is new for each run and
 * unknown to whatever the script prints. With `keep NAME` in place of `run` the lines are kept under
 * that name and answered with nothing: a shell reads its input byte by byte, and the scripts are long.
 * With `define` they are executed by the shell itself, likewise without an answer: to read the functions
 * of a snapshot takes twice as long as what they do where nothing has changed.
 *
 * The script that will probably come first is handed over with the command line, which is read at once
 * and beside other work: its definitions are `$1`, its text `$2`.
 */
import { type Script, type ScriptEnd, ScriptError, type ScriptText } from "./script.ts";

/** The shell's own script. Says that it is there, then reads requests until its input ends. */
const SESSION = String.raw`
for variable in $(env | sed -n 's/^\(GIT_[A-Z_0-9]*\)=.*/\1/p'); do unset "$variable"; done
eval "$1"
script_0=$2
shift 2
echo ready
while IFS= read -r mark; do
  IFS= read -r what
  request=
  while IFS= read -r line && [ "$line" != "$mark" ]; do
    request="$request$line
"
  done
  case $what in
    define) eval "$request"; continue ;;
    "keep "*) eval "${"$"}{what#keep }=\$request"; continue ;;
  esac
  ( eval "$request" ) </dev/null
  printf '\n%s %s\n' "$mark" "$?"
  printf '\n%s 0\n' "$mark" >&2
done
`;

/** The shell as the session sees it: its input, and its end. */
export interface SessionShell {
  /** @throws {CodexError} or {RpcError} when it cannot be reached */
  write(bytes: Uint8Array): Promise<void>;
  /** Safe to call at any time. */
  end(): void;
}

export type SessionScript = ScriptText & Pick<Script, "args" | "variables" | "mostBytes">;

/** The command line of a shell. @param first the script that will probably come first */
export function sessionCommand({ definitions, text }: ScriptText): readonly string[] {
  return ["sh", "-c", SESSION, "record", definitions, text];
}

export type SessionStream = "stdout" | "stderr";

export class ScriptSession {
  readonly #shell: SessionShell;
  readonly #newMark: () => string;
  /** Scripts that the shell has, and under which name. */
  readonly #kept = new Map<string, string>();
  /** What the shell has executed itself. */
  readonly #defined = new Set<string>();
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #running: SessionRun | undefined;
  #ended: string | undefined;

  /** @param first what the shell was handed with its command line: see {@link sessionCommand} */
  constructor(shell: SessionShell, newMark: () => string, first: ScriptText) {
    this.#shell = shell;
    this.#newMark = newMark;
    this.#defined.add(first.definitions);
    this.#kept.set(first.text, scriptName(0));
    // Whoever closes it before its first script has nobody to tell.
    this.#ready.promise.catch(() => undefined);
  }

  /** Why the shell takes no more scripts; undefined while it does. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /**
   * Runs a script; one at a time.
   * @throws {ScriptError} `failed` when the shell has ended or cannot be reached
   */
  async run(script: SessionScript): Promise<ScriptEnd> {
    if (this.#ended !== undefined) throw new ScriptError("failed", this.#ended);
    if (this.#running !== undefined) throw new ScriptError("failed", "The shell is busy");
    const run = new SessionRun(this.#newMark(), script.mostBytes);
    this.#running = run;
    try {
      // Codex takes input for a command only once it runs.
      await this.#ready.promise;
      await this.#shell.write(new TextEncoder().encode(this.#requestOf(run.mark, script)));
      return await run.end;
    } finally {
      this.#running = undefined;
    }
  }

  #requestOf(
    mark: string,
    { definitions, text, args = [], variables }: Omit<SessionScript, "mostBytes">,
  ): string {
    const isNew = definitions !== "" && !this.#defined.has(definitions);
    if (isNew) this.#defined.add(definitions);
    const define = isNew ? [mark, "define", definitions, mark] : [];
    const known = this.#kept.get(text);
    const name = known ?? scriptName(this.#kept.size);
    this.#kept.set(text, name);
    const keep = known === undefined ? [mark, `keep ${name}`, text, mark] : [];
    const exports = Object.entries(variables).map(([variable, value]) =>
      `export ${variable}=${quoted(value)}`
    );
    const set = `set -- ${args.map(quoted).join(" ")}`;
    return [...define, ...keep, mark, "run", ...exports, set, `eval "$${name}"`, mark, ""].join(
      "\n",
    );
  }

  receive(stream: SessionStream, bytes: Uint8Array): void {
    if (this.#isReady) this.#running?.receive(stream, bytes);
    else if (stream === "stdout") {
      this.#isReady = true;
      this.#ready.resolve();
    }
  }

  /** Ends the shell, if it has not ended by itself, and what runs in it. */
  close(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.#ready.reject(new ScriptError("failed", why));
    this.#running?.fail(new ScriptError("failed", why));
    this.#shell.end();
  }
}

function scriptName(index: number): string {
  return `script_${index}`;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** One script at work: collects what it prints until both of its streams have brought the mark. */
class SessionRun {
  readonly mark: string;
  readonly #streams: Readonly<Record<SessionStream, MarkedStream>>;
  readonly #end = Promise.withResolvers<ScriptEnd>();

  constructor(mark: string, mostBytes: number) {
    this.mark = mark;
    this.#streams = {
      stdout: new MarkedStream(mark, mostBytes),
      stderr: new MarkedStream(mark, MOST_ERROR_BYTES),
    };
    // Whoever closes the session before somebody waits for the end has nobody to tell.
    this.#end.promise.catch(() => undefined);
  }

  get end(): Promise<ScriptEnd> {
    return this.#end.promise;
  }

  receive(stream: SessionStream, bytes: Uint8Array): void {
    this.#streams[stream].receive(bytes);
    const { stdout, stderr } = this.#streams;
    if (stdout.code === undefined || stderr.code === undefined) return;
    this.#end.resolve({ exitCode: stdout.code, output: stdout.text(), errors: stderr.text() });
  }

  fail(error: ScriptError): void {
    this.#end.reject(error);
  }
}

const MOST_ERROR_BYTES = 100_000;
/** Longer than the line of a mark. */
const TAIL_BYTES = 200;

/** Keeps the first bytes of a stream, and looks for the mark at its end. */
class MarkedStream {
  readonly #ending: RegExp;
  readonly #mostBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #kept = 0;
  #received = 0;
  #tail = "";
  /** The script's exit code, once the mark has come. */
  code: number | undefined;

  constructor(mark: string, mostBytes: number) {
    this.#ending = new RegExp(`\n${mark} (\\d+)\n$`);
    this.#mostBytes = mostBytes;
  }

  receive(bytes: Uint8Array): void {
    this.#received += bytes.length;
    // The line of the mark is kept beyond what is wanted, and cut off at the end.
    const room = this.#mostBytes + TAIL_BYTES - this.#kept;
    if (room > 0) {
      this.#chunks.push(bytes.slice(0, room));
      this.#kept += Math.min(room, bytes.length);
    }
    const latin = new TextDecoder("latin1").decode(bytes.slice(-TAIL_BYTES));
    this.#tail = (this.#tail + latin).slice(-TAIL_BYTES);
    const ending = this.#ending.exec(this.#tail);
    if (ending === null) return;
    this.#received -= ending[0].length;
    this.code = Number(ending[1]);
  }

  text(): string {
    const length = Math.min(this.#received, this.#mostBytes);
    const bytes = new Uint8Array(this.#kept);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return new TextDecoder().decode(bytes.subarray(0, length));
  }
}
