/** Tells which programs of the system are there: what needs one is skipped where it is not. */

/** Looks for the program by its name, in the folders of PATH. */
export function isInstalled(program: string): boolean {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  return (Deno.env.get("PATH") ?? "").split(separator).some((folder) =>
    isFile(`${folder}/${program}`)
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    // It is not there, or not to be looked at.
    return false;
  }
}
