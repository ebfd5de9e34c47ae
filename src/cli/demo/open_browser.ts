/** Shows a page in the browser of whoever sits at this machine. A convenience: it may fail. */

type Variables = Readonly<Record<string, string>>;

/** Does nothing where nobody sits, the program may not start others, or there is no opener. */
export async function openBrowser(url: string, variables: Variables): Promise<void> {
  const opener = openerFor(Deno.build.os, variables, url);
  if (opener === undefined) return;
  const { command, args } = opener;
  const { state } = await Deno.permissions.query({ name: "run", command });
  if (state !== "granted") return;
  try {
    // On its own: the browser outlives the demo, and Ctrl-C is not meant for it.
    const child = new Deno.Command(command, {
      args: [...args],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    child.unref();
  } catch (error) {
    // The address stands in the terminal, too.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** @returns undefined where there is no desktop to show anything on */
export function openerFor(
  system: typeof Deno.build.os,
  variables: Variables,
  url: string,
): { readonly command: string; readonly args: readonly string[] } | undefined {
  if (variables.CI || variables.SSH_CONNECTION || variables.SSH_TTY) return undefined;
  if (system === "darwin") return { command: "open", args: [url] };
  if (system === "windows") {
    return { command: "rundll32", args: ["url.dll,FileProtocolHandler", url] };
  }
  const desktop = variables.DISPLAY || variables.WAYLAND_DISPLAY;
  return desktop ? { command: "xdg-open", args: [url] } : undefined;
}
