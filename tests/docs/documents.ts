/** The documents of this repository, and the commands that they tell people to type. */

export const ROOT = new URL("../../", import.meta.url);

export interface Document {
  /** Relative to the repository, e.g. `docs/setup.md`. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of shell commands. */
export interface ShellBlock {
  readonly path: string;
  /** Without the fence and the indentation of a list. */
  readonly text: string;
}

/** Everything that is written for people to read, but for what a script records. */
export async function documents(): Promise<readonly Document[]> {
  const pages = await Array.fromAsync(Deno.readDir(new URL("docs/", ROOT)));
  const paths = [
    "README.md",
    "README.ko.md",
    "CONTRIBUTING.md",
    ...pages.map(({ name }) => `docs/${name}`).filter((path) =>
      path.endsWith(".md") && !path.startsWith("docs/transcript")
    ).sort(),
  ];
  return await Promise.all(paths.map(async (path) => ({
    path,
    text: await Deno.readTextFile(new URL(path, ROOT)),
  })));
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** The blocks that are marked as shell. */
export function shellBlocks({ path, text }: Document): readonly ShellBlock[] {
  return [...text.matchAll(FENCE)]
    .filter(([, , language = ""]) => /^(?:sh|bash|console)$/.test(language))
    .map(([, indent = "", , body = ""]) => ({
      path,
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), "").trim(),
    }));
}

/** Command lines of this program and of its tasks, from blocks and from within sentences. */
export function commandLines(document: Document): readonly string[] {
  const outside = document.text.replaceAll(FENCE, "");
  const inline = [...outside.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  const typed = shellBlocks(document).flatMap(({ text }) =>
    text.replaceAll(/\\\n\s*/g, " ").split("\n").map((line) => line.replace(/^\$ /, ""))
  );
  return [...inline, ...typed]
    .map((line) => line.trim().replace(/ +#.*$/, ""))
    .filter((line) => /^(?:npx -y deno@|codex-orchestrator(?: |$))/.test(line));
}
