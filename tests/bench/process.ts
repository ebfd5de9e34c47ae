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
    // It has said so as soon as it follows the threads.
    const attached = await firstOutput(strace);
    if (!attached.includes("attached")) {
      await strace.status;
      return undefined;
    }
    await act();
    strace.kill("SIGINT");
    await strace.status;
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

async function firstOutput({ stderr }: Deno.ChildProcess): Promise<string> {
  let text = "";
  for await (const part of stderr.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (/attached|not permitted|denied/i.test(text)) break;
  }
  return text;
}

async function said(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args: [...args] }).output();
  return new TextDecoder().decode(stdout).trim();
}
