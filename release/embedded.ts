/** Reads back what a finished executable carries besides the runtime. */
import { z } from "zod";
import { UserFacingError } from "../src/core/errors.ts";

/** `null` is none, an empty list is everything. */
const permission = z.array(z.string()).nullable();

const metadataSchema = z.object({
  argv: z.array(z.string()),
  permissions: z.record(z.string(), z.union([permission, z.boolean()])),
  env_vars_from_env_file: z.record(z.string(), z.string()),
  entrypoint_key: z.string(),
  code_cache_key: z.string().nullable(),
  unstable_config: z.object({ features: z.array(z.string()) }),
  otel_config: z.object({ tracing_enabled: z.boolean(), metrics_enabled: z.boolean() }),
  app_name: z.string().nullish(),
});

export type Metadata = z.infer<typeof metadataSchema>;

export interface Embedded {
  readonly metadata: Metadata;
  /** Paths of the files, as in the bundle. */
  readonly files: readonly string[];
  /** Everything that is embedded, in bytes. */
  readonly size: number;
}

const MAGIC = new TextEncoder().encode("d3n0l4nd");
const OPENING = new TextEncoder().encode('{"argv"');
const LENGTH_BYTES = 8;
/** These bytes are zero when the file carries no npm packages and no remote modules. */
const EMPTY_SECTIONS_BYTES = 20;

type Entry =
  | { readonly Dir: { readonly n: string; readonly e: readonly Entry[] } }
  | { readonly File: { readonly n: string } };

const entrySchema: z.ZodType<Entry> = z.lazy(() =>
  z.union([
    z.object({ Dir: z.object({ n: z.string(), e: z.array(entrySchema) }) }),
    z.object({ File: z.object({ n: z.string() }) }),
  ])
);

/**
 * Parses what Deno 2.9 writes for every system: a mark, the metadata, packages, remote modules, the
 * tree of files, their content, and the mark again.
 * @throws {UserFacingError} when it is not found, or the file carries packages or remote modules
 */
export function readEmbedded(executable: Uint8Array): Embedded {
  const bytes = new DataView(executable.buffer, executable.byteOffset, executable.byteLength);
  const start = startOf(executable);
  const metadata = section(bytes, start + MAGIC.length);
  const empty = executable.subarray(metadata.end, metadata.end + EMPTY_SECTIONS_BYTES);
  if (empty.some((byte) => byte !== 0)) {
    throw new UserFacingError(
      "Cannot accept the executable: it carries packages or remote modules",
    );
  }
  if (empty.length < EMPTY_SECTIONS_BYTES) throw unreadable("it ends too early");
  const tree = section(bytes, metadata.end + EMPTY_SECTIONS_BYTES);
  const end = lastIndexOf(executable, MAGIC) + MAGIC.length;
  return {
    metadata: parsed(metadataSchema, metadata.text),
    files: parsed(z.array(entrySchema), tree.text).flatMap((entry) => pathsOf(entry)),
    size: end - start,
  };
}

function startOf(executable: Uint8Array): number {
  for (let at = indexOf(executable, OPENING, 0); at >= 0;) {
    const start = at - LENGTH_BYTES - MAGIC.length;
    if (start >= 0 && indexOf(executable.subarray(start, at), MAGIC, 0) === 0) return start;
    at = indexOf(executable, OPENING, at + 1);
  }
  throw unreadable("it carries no program");
}

function section(bytes: DataView, at: number): { readonly text: string; readonly end: number } {
  if (at + LENGTH_BYTES > bytes.byteLength) throw unreadable("it ends too early");
  const length = Number(bytes.getBigUint64(at, true));
  const from = at + LENGTH_BYTES;
  if (length > bytes.byteLength - from) {
    throw unreadable("a length in it is wrong");
  }
  const content = new Uint8Array(bytes.buffer, bytes.byteOffset + from, length);
  return { text: new TextDecoder().decode(content), end: from + length };
}

function parsed<Value>(schema: z.ZodType<Value>, text: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable("it is not as Deno 2.9 writes it", cause);
  }
}

function pathsOf(entry: Entry, folder = ""): readonly string[] {
  if ("File" in entry) return [`${folder}${entry.File.n}`];
  return entry.Dir.e.flatMap((child) => pathsOf(child, `${folder}${entry.Dir.n}/`));
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}

function lastIndexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first = 0] = wanted;
  for (let at = bytes.lastIndexOf(first); at >= 0; at = bytes.lastIndexOf(first, at - 1)) {
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return at;
    if (at === 0) break;
  }
  return -1;
}

function unreadable(why: string, cause?: unknown): UserFacingError {
  return new UserFacingError(`Cannot read the executable: ${why}`, { cause });
}
