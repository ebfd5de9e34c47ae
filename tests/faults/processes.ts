/** Processes of this machine, as Linux tells them. */

export interface FoundProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly environment: string;
}

/** Processes whose environment names the folder, which no other stage has. */
export function processesOf(home: string): FoundProcess[] {
  return [...Deno.readDirSync("/proc")]
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }) => lookAt(Number(name)) ?? [])
    .filter(({ environment }) => environment.includes(home));
}

/** Those of them that do not descend from this one. */
export function strangersTo(pid: number, processes: readonly FoundProcess[]): FoundProcess[] {
  const family = new Set([pid]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const process of processes) if (family.has(process.parent)) family.add(process.pid);
  }
  return processes.filter((process) => !family.has(process.pid));
}

/** Undefined for a process that has ended meanwhile, and for one that only waits to be buried. */
function lookAt(pid: number): FoundProcess | undefined {
  try {
    const environment = Deno.readTextFileSync(`/proc/${pid}/environ`);
    const command = Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    if (/^State:\s*Z/m.test(status)) return undefined;
    const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
    return { pid, parent, command, environment };
  } catch {
    // It has ended between two looks, or belongs to somebody else.
    return undefined;
  }
}
