/** Lists the processes of this machine, on Linux. */

export interface FoundProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly environment: string;
}

/** Lists processes whose environment names the folder, which belongs to one stage only. */
export function processesOf(home: string): FoundProcess[] {
  return [...Deno.readDirSync("/proc")]
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }) => lookAt(Number(name)) ?? [])
    .filter(({ environment }) => environment.includes(home));
}

/** Picks those that are no descendants of this process. */
export function strangersTo(pid: number, processes: readonly FoundProcess[]): FoundProcess[] {
  const family = new Set([pid]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const process of processes) if (family.has(process.parent)) family.add(process.pid);
  }
  return processes.filter((process) => !family.has(process.pid));
}

/** @returns undefined for a process that has ended, a zombie included */
function lookAt(pid: number): FoundProcess | undefined {
  try {
    const environment = Deno.readTextFileSync(`/proc/${pid}/environ`);
    const command = Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    if (/^State:\s*Z/m.test(status)) return undefined;
    const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
    return { pid, parent, command, environment };
  } catch {
    // It has just ended, or belongs to another user.
    return undefined;
  }
}
