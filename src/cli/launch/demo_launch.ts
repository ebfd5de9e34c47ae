/** Launches the demo in a worker, with no more rights than its folder, loopback and its programs. */
import { delimiter, dirname, join } from "node:path";
import { findProgram, nativeProgram } from "../../integrations/codex/codex_program.ts";
import { makeTemporaryFolder } from "../../integrations/files/durable_files.ts";
import type { DemoOptions, DemoPlace, DemoReport } from "../demo/demo_messages.ts";
import type { OwnProcess } from "../process.ts";

/** Folders of the system, in which its programs are whatever PATH says. */
const SYSTEM_FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];
const LOOPBACK = "127.0.0.1";
/** How long a worker that was told to stop may take to close the chat. */
const CLOSING_MS = 10_000;

/** @returns the exit code */
export async function launchDemo(process: OwnProcess, options: DemoOptions): Promise<number> {
  const made = await makeTemporaryFolder("codex-orchestrator-demo-");
  try {
    // Permissions go by the path as it is written.
    const place = await placeOf(process, await Deno.realPath(made), options);
    const end = await runInWorker(process, place, options);
    if (end.text !== undefined) process.printError(`${end.text}\n`);
    return end.code;
  } finally {
    await Deno.remove(made, { recursive: true });
  }
}

async function placeOf(
  { variables, workingDirectory, version }: OwnProcess,
  folder: string,
  { open }: DemoOptions,
): Promise<DemoPlace> {
  const path = searchPath(variables);
  const git = await findProgram("git", path);
  const shell = await findProgram("sh", shellPath(path, git));
  const opener = open ? openerFor(Deno.build.os, variables) : undefined;
  const program = opener?.[0] === undefined ? undefined : await findProgram(opener[0], path);
  return {
    folder,
    workingDirectory,
    variables: { ...variables, PATH: shellPath(path, git) },
    version,
    shell,
    git: git !== undefined,
    ...(program === undefined ? {} : { opener: [program, ...(opener ?? []).slice(1)] }),
  };
}

function searchPath({ PATH, Path }: Variables): string {
  return [PATH ?? Path ?? "", ...SYSTEM_FOLDERS].filter((part) => part !== "").join(delimiter);
}

/** Git for Windows brings a shell, which is not in PATH. */
function shellPath(path: string, git: string | undefined): string {
  if (Deno.build.os !== "windows" || git === undefined) return path;
  const installed = dirname(dirname(git));
  return [path, join(installed, "bin"), join(installed, "usr", "bin")].join(delimiter);
}

type Variables = Readonly<Record<string, string>>;

/** The command that opens a page, whose address follows; undefined where there is no desktop. */
export function openerFor(
  system: typeof Deno.build.os,
  variables: Variables,
): readonly string[] | undefined {
  if (variables.CI || variables.SSH_CONNECTION || variables.SSH_TTY) return undefined;
  if (system === "darwin") return ["open"];
  if (system === "windows") return ["rundll32", "url.dll,FileProtocolHandler"];
  return variables.DISPLAY || variables.WAYLAND_DISPLAY ? ["xdg-open"] : undefined;
}

/** What the demo may do. */
export async function demoRights(
  { folder, shell, opener, variables }: DemoPlace,
  { codex }: DemoOptions,
): Promise<Deno.PermissionOptionsObject> {
  const found = codex ? await codexPrograms(variables) : [];
  // Where Codex does not start, the script plays.
  const run = [...found, ...(shell === undefined ? [] : [shell]), ...(opener ?? []).slice(0, 1)];
  return {
    // To notice that Codex was replaced.
    read: [folder, ...found],
    write: [folder],
    net: [LOOPBACK],
    // An empty list would allow every program.
    run: run.length === 0 ? false : run,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}

async function codexPrograms({ PATH }: Variables): Promise<string[]> {
  const program = await findProgram("codex", PATH);
  return program === undefined ? [] : [program, await nativeProgram(program, PATH)];
}

async function runInWorker(
  process: OwnProcess,
  place: DemoPlace,
  options: DemoOptions,
): Promise<DemoReport & { readonly type: "ended" }> {
  const worker = new Worker(new URL("../demo/demo_worker.ts", import.meta.url), {
    type: "module",
    name: "demo",
    deno: { permissions: await demoRights(place, options) },
  });
  const ended = Promise.withResolvers<DemoReport & { readonly type: "ended" }>();
  worker.addEventListener("message", ({ data }: MessageEvent<DemoReport>) => {
    if (data.type === "ended") return ended.resolve(data);
    worker.postMessage({ type: "run", place, options });
    if (process.stop.aborted) stop();
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    ended.reject(new Error(event.message));
  });
  const over = new AbortController();
  const stop = (): void => {
    worker.postMessage({ type: "stop" });
    // One that is stuck must not keep the process.
    process.clock.sleep(CLOSING_MS, over.signal).then(
      () => ended.reject(new Error("The demo did not end in time")),
      () => {},
    );
  };
  process.stop.addEventListener("abort", stop, { once: true });
  try {
    return await ended.promise;
  } finally {
    over.abort();
    process.stop.removeEventListener("abort", stop);
    worker.terminate();
  }
}
