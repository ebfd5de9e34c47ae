/** Shows files as a person names them who works in the folder. */
import { withoutControls } from "./control_characters.ts";

/** A line, a column or a range behind a path: `:12`, `:12:3`, `:12-20`, `#L12`, `#L12-L20`. */
const PLACE = /(?::(\d+)(?::\d+)?(?:-(\d+)(?::\d+)?)?|#L(\d+)(?:C\d+)?(?:-L?(\d+)(?:C\d+)?)?)$/;

const PICTURE_ENDINGS = "\\.(?:png|jpe?g|gif|webp|bmp|svg|avif|heic|tiff?)";
const PICTURE = new RegExp(`${PICTURE_ENDINGS}$`, "i");
const PICTURE_ANYWHERE = new RegExp(PICTURE_ENDINGS, "i");

export function isPicturePath(path: string): boolean {
  return PICTURE.test(path);
}

/** Tells whether reading the text is worth it: most answers name no picture. */
export function mayNamePicture(markdown: string): boolean {
  return PICTURE_ANYWHERE.test(markdown);
}

/** Shortens an absolute path in the folder, with or without a place behind it. */
export function pathInFolder(path: string, folder: string | undefined): string {
  if (folder === undefined || folder === "" || folder === "/") return path;
  const base = folder.replace(/[/\\]+$/, "");
  const next = path[base.length];
  if (!path.startsWith(base) || (next !== "/" && next !== "\\")) return path;
  return path.slice(base.length + 1) || path;
}

/** Its name in the folder; of a long one the last two parts, which tell most files of a name apart. */
export function shortPath(path: string, folder: string | undefined): string {
  return pathInFolder(path, folder).split("/").slice(-2).join("/");
}

/**
 * Reads `file:` addresses and encoded characters; other targets stay as they are, and so does what
 * would steer a terminal or a chat once it is decoded.
 */
export function localPath(target: string): string {
  const path = /^file:/i.test(target)
    ? target.replace(/^file:(?:\/\/(?:localhost)?)?/i, "")
    : target;
  if (!/%[0-9a-f]{2}/i.test(path) || isAddress(path)) return path;
  try {
    const decoded = decodeURIComponent(path);
    return /[\n\t]/.test(decoded) || withoutControls(decoded) !== decoded ? path : decoded;
  } catch {
    return path;
  }
}

export function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || path.startsWith("\\\\") || /^[a-z]:[/\\]/i.test(path);
}

/** Tells addresses of the net, of mail and the like from paths. */
export function isAddress(target: string): boolean {
  return /^(?!file:)[a-z][a-z0-9+.-]+:(?!\d+(?:[:-]\d+){0,3}$)/i.test(target) ||
    target.startsWith("//");
}

/**
 * Shortens a link whose label names the file it leads to, as agents write them for a terminal:
 * `[a.ts](/home/ann/project/src/a.ts:12)` becomes `src/a.ts:12` in the folder `/home/ann/project`,
 * and `a.ts:12` outside of it.
 *
 * @returns undefined where the label is something else
 */
export function fileReference(label: string, target: string, folder?: string): string | undefined {
  if (isAddress(target)) return undefined;
  const path = localPath(target);
  const labelPath = label.replace(PLACE, "");
  const targetPath = path.replace(PLACE, "");
  const isNamed = labelPath !== "" &&
    (targetPath === labelPath || targetPath.endsWith(`/${labelPath}`));
  if (!isNamed) return undefined;
  const ofTarget = linesOf(path);
  const ofLabel = linesOf(label);
  const differ = ofTarget !== undefined && ofLabel?.first !== ofTarget.first;
  if (labelPath !== label && differ) return undefined;
  const shown = pathInFolder(targetPath, folder);
  // Outside of the folder the name says enough, unless it was written in full.
  const name = shown === targetPath && shown.startsWith("/") ? labelPath : shown;
  const lines = ofTarget ?? ofLabel;
  if (lines === undefined) return name;
  const last = lines.last ?? ofLabel?.last;
  return `${name}:${lines.first}${last === undefined || last === lines.first ? "" : `-${last}`}`;
}

interface Lines {
  readonly first: string;
  readonly last: string | undefined;
}

function linesOf(path: string): Lines | undefined {
  const [, colon, colonLast, hash, hashLast] = PLACE.exec(path) ?? [];
  const first = colon ?? hash;
  return first === undefined ? undefined : { first, last: colonLast ?? hashLast };
}
