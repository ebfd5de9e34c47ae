/** Looks into JSON by hand, for what comes a thousand times a second and is seldom read to its end. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
