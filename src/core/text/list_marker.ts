/** What stands before an item of a list. */
import type { NodeOf } from "./markdown_tree.ts";

const BULLETS = ["•", "◦", "▪"] as const;

/** @param depth lists around the list */
export function listMarker(
  list: NodeOf<"list">,
  { checked }: NodeOf<"listItem">,
  index: number,
  depth: number,
): string {
  const box = typeof checked === "boolean" ? (checked ? "☑ " : "☐ ") : "";
  if (list.ordered === true) return `${(list.start ?? 1) + index}. ${box}`;
  return box || `${BULLETS[Math.min(depth, BULLETS.length - 1)]} `;
}
