/** Finds libfaketime, which gives a process another wall clock (Debian: package `faketime`). */
export const FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

export async function hasFaketime(): Promise<boolean> {
  try {
    return (await Deno.stat(FAKETIME)).isFile;
  } catch {
    return false;
  }
}
