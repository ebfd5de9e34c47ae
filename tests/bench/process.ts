/** What the system tells of a process. */

/** Resident memory in MB. */
export async function residentMegabytes(pid: number): Promise<number> {
  return Number(await said("ps", ["-o", "rss=", "-p", `${pid}`])) / 1_024;
}

/** Processor time in milliseconds, of all of its threads; NaN where the system does not tell. */
export async function processorMs(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return NaN;
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const TICK_MS = 10;

/** Counts what the process waits for, while something happens; undefined without strace. */
export async function syncsDuring(
  pid: number,
  act: () => Promise<void>,
): Promise<number | undefined> {
  const trace = await Deno.makeTempFile();
  try {
    const strace = startStrace(pid, trace);
    if (strace === undefined) return undefined;
    const saying = listen(strace);
    if (!await saying.attached) {
      await strace.status;
      return undefined;
    }
    await act();
    strace.kill("SIGINT");
    await Promise.all([strace.status, saying.ended]);
    const lines = (await Deno.readTextFile(trace)).split("\n");
    return lines.filter((line) => /(?:fsync|fdatasync)\(/.test(line)).length;
  } finally {
    await Deno.remove(trace);
  }
}

function startStrace(pid: number, trace: string): Deno.ChildProcess | undefined {
  try {
    return new Deno.Command("strace", {
      args: ["-f", "-e", "trace=fsync,fdatasync", "-o", trace, "-p", `${pid}`],
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

interface Saying {
  /** Whether it follows the process; it says so. */
  readonly attached: Promise<boolean>;
  readonly ended: Promise<void>;
}

/** Reads to the end: a program that nobody reads any more would be ended by what it says next. */
function listen({ stderr }: Deno.ChildProcess): Saying {
  const { promise: attached, resolve } = Promise.withResolvers<boolean>();
  const read = async (): Promise<void> => {
    for await (const part of stderr.pipeThrough(new TextDecoderStream())) {
      if (part.includes("attached")) resolve(true);
    }
    resolve(false);
  };
  return { attached, ended: read() };
}

async function said(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args: [...args] }).output();
  return new TextDecoder().decode(stdout).trim();
}
