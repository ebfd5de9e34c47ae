import { z } from "../../../core/schema.ts";

/** Reads a value that may be null or missing as one that may be missing. */
export function maybe<Schema extends z.ZodType>(
  schema: Schema,
): z.ZodType<z.output<Schema> | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}
