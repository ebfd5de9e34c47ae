/** Measures how long the record of a large folder with one change takes, against `git status`. */
import { localWorkspace, shell } from "../integrations/codex/workspace/local_workspace.ts";

export interface SnapshotCost {
  readonly statusMs: number;
  readonly snapshotMs: number;
  readonly ratio: number;
}

/** @returns medians of several times, each with another change */
export async function measureSnapshots(files: number, times: number): Promise<SnapshotCost> {
  const folder = await Deno.makeTempDir();
  try {
    await shell(
      folder,
      `mkdir r; cd r; git init -q; i=0
      seq ${files} | awk '{ dir = "d" int($1 / 100); if (!(dir in made)) { system("mkdir " dir); made[dir] } print $1 >(dir "/f" $1); close(dir "/f" $1) }'
      git add -A; git -c user.name=P -c user.email=p@x commit -qm all; git status --porcelain`,
    );
    return await medians(`${folder}/r`, `${folder}/store`, times);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function medians(folder: string, store: string, times: number): Promise<SnapshotCost> {
  await using workspace = localWorkspace(store);
  await workspace.snapshot(folder);
  const status: number[] = [];
  const snapshot: number[] = [];
  for (let time = 0; time < times; time++) {
    await Deno.writeTextFile(`${folder}/d7/f777`, `change ${time}\n`);
    status.push(await timed(() => shell(folder, "git status --porcelain >/dev/null")));
    snapshot.push(await timed(() => workspace.snapshot(folder)));
  }
  const ratios = snapshot.map((ms, index) => ms / (status[index] ?? ms));
  return { statusMs: median(status), snapshotMs: median(snapshot), ratio: median(ratios) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
