/** An empty folder for one test, gone at the end of its scope. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await Deno.realPath(await Deno.makeTempDir());
  return {
    path,
    [Symbol.asyncDispose]: () => removeFolder(path),
  };
}

const REMOVED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

/** Removes a folder with all that is in it, although what is just ending may still write there. */
export async function removeFolder(path: string): Promise<void> {
  const givenUpAt = performance.now() + REMOVED_WITHIN_MS;
  for (;;) {
    try {
      return await Deno.remove(path, { recursive: true });
    } catch (error) {
      const isFilled = error instanceof Error && "code" in error && error.code === "ENOTEMPTY";
      if (!isFilled || performance.now() > givenUpAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** The permission bits of a file or folder. */
export async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

export function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
