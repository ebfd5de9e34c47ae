/** JSON that is printed where a person may look at it. */
import { replaceHidden } from "./visible_controls.ts";

/**
 * What would steer or fool a terminal, a direction override say, is written as `\uXXXX`: who parses
 * it reads the same value.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return replaceHidden(text, (character) => character.split("").map(escape).join(""));
}

/** @param unit of UTF-16, as JSON counts */
function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
