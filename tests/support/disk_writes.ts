/** Notes what is brought to disk, and in which order with the renames around it. */

interface DiskWrites extends Disposable {
  /** Such as `file of 3 bytes`, `renamed to b.json`, `folder`. */
  readonly noted: readonly string[];
}

/** For the whole process: tests of one file run one after the other. */
export function noteDiskWrites(): DiskWrites {
  const noted: string[] = [];
  const file = Deno.FsFile.prototype;
  const { sync, syncData } = file;
  const { rename } = Deno;
  const noting = (original: typeof sync): typeof sync =>
    async function (this: Deno.FsFile): Promise<void> {
      const { isDirectory, size } = await this.stat();
      await original.call(this);
      noted.push(isDirectory ? "folder" : `file of ${size} bytes`);
    };
  file.sync = noting(sync);
  file.syncData = noting(syncData);
  replaceRename(async (from, to) => {
    await rename(from, to);
    noted.push(`renamed to ${String(to).split("/").at(-1)}`);
  });
  return {
    noted,
    [Symbol.dispose]: () => {
      file.sync = sync;
      file.syncData = syncData;
      replaceRename(rename);
    },
  };
}

function replaceRename(rename: typeof Deno.rename): void {
  Object.defineProperty(Deno, "rename", { value: rename, configurable: true, writable: true });
}
