/** Compares secrets: how long it takes says nothing of where they differ. */
import { timingSafeEqual } from "node:crypto";

export function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => new TextEncoder().encode(text));
  return a !== undefined && b !== undefined && a.length === b.length && timingSafeEqual(a, b);
}
