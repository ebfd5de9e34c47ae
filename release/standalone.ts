/** Makes documents of the repository stand alone, where only some files lie beside them. */

export interface Surroundings {
  /** What lies beside the document, by its path there. */
  readonly beside: readonly string[];
  /** The address below which the rest of the repository is, with "/" at its end; undefined if nowhere. */
  readonly repository: string | undefined;
}

const PICTURES = /^<picture>\n[\s\S]*?^<\/picture>\n+|^!\[[^\]]*\]\([^)]*\)\n+/gm;
const LINK = /\[((?:[^\]\\`]|`[^`]*`)*)\]\(([^)\s]+)\)/g;
/** Says where the document lies in other languages. */
const LANGUAGES = /^\[[^\]]*\]\(README[^)]*\.md\)\n+/gm;

/** Leaves pictures out, and leads every link to a file beside it or to the repository. */
export function standingAlone(
  document: string,
  { beside, repository }: Surroundings,
): string {
  const links = (_: string, text: string, target: string): string => {
    const [path = ""] = target.split("#");
    if (path === "" || /^[a-z]+:/.test(path) || beside.includes(path)) {
      return `[${text}](${target})`;
    }
    return repository === undefined ? text : `[${text}](${repository}${target})`;
  };
  return document.replaceAll(PICTURES, "").replaceAll(LANGUAGES, "").replaceAll(LINK, links);
}
