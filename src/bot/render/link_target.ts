/** Which link targets Telegram makes clickable. */

/** Longer ones use up what Telegram grants to all entities of a message. */
const LONGEST_TARGET = 2000;

/**
 * True for `http` and `https` with a dot in the host: Telegram drops every other link silently, and
 * a `tg:` link could act in the reader's own client.
 */
export function isLinkable(target: string): boolean {
  if (target.length > LONGEST_TARGET || !/^https?:\/\//i.test(target)) return false;
  const { hostname } = URL.parse(target) ?? { hostname: "" };
  return /[^.]\.[^.]/.test(hostname);
}
