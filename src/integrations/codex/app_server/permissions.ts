/** Reads the rights that Codex asks for, so that a person sees each of them. Never throws. */
import type { Permissions } from "../../../core/codex/approval.ts";
import { fileSystemRights, networkRights, type WirePlace } from "./question_shapes.ts";

const NOTHING: Permissions = { read: [], write: [], denied: [], others: [] };

/** What has no words here is kept as JSON: it would be granted, too. */
export function permissionsOf(wanted: Readonly<Record<string, unknown>>): Permissions {
  return Object.entries(wanted).reduce((known, [name, value]) => {
    if (value === null || value === undefined) return known;
    const read = name === "network"
      ? withNetwork(known, value)
      : name === "fileSystem"
      ? withFiles(known, value)
      : undefined;
    return read ?? { ...known, others: [...known.others, `${name}: ${JSON.stringify(value)}`] };
  }, NOTHING);
}

function withNetwork(known: Permissions, value: unknown): Permissions | undefined {
  const { data } = networkRights.safeParse(value);
  if (data === undefined) return undefined;
  return data.enabled === undefined ? known : { ...known, network: data.enabled };
}

/** The older lists of places are part of the newer one, where that is told. */
function withFiles(known: Permissions, value: unknown): Permissions | undefined {
  const { data } = fileSystemRights.safeParse(value);
  if (data === undefined) return undefined;
  const entries = (data.entries ?? []).map(({ path, access }) => ({ place: nameOf(path), access }));
  const of = (access: "read" | "write" | "deny"): readonly string[] =>
    entries.filter((entry) => entry.access === access).map(({ place }) => place);
  return {
    ...known,
    read: [...new Set([...data.read, ...of("read")])],
    write: [...new Set([...data.write, ...of("write")])],
    denied: of("deny"),
  };
}

function nameOf(place: WirePlace): string {
  switch (place.type) {
    case "path":
      return place.path;
    case "glob_pattern":
      return place.pattern;
    case "special":
      return specialName(place.value);
    default:
      return place satisfies never;
  }
}

function specialName(
  { kind, path, subpath }: (WirePlace & { readonly type: "special" })["value"],
): string {
  switch (kind) {
    case "root":
      return "/";
    case "tmpdir":
      return "$TMPDIR";
    case "slash_tmp":
      return "/tmp";
    case "project_roots":
      return subpath === undefined ? "." : `./${subpath}`;
    default:
      return [path ?? `:${kind}`, subpath].filter((part) => part !== undefined).join("/");
  }
}
