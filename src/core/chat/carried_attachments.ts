/** Files of a request, brought to the machine on which Codex works on it. */
import type { Attachment, AttachmentFiles } from "./attachment.ts";
import type { Machines } from "../codex/codex.ts";
import type { Run } from "../run/run.ts";
import type { Profile } from "../session/settings.ts";

export interface Carriers {
  readonly machines: Machines;
  readonly attachments: Pick<AttachmentFiles, "read">;
}

/**
 * The files as Codex finds them. On this machine they are where they were kept; to another one they
 * are carried, under the same names each time, so that a request that is repeated finds them again.
 * @throws {UserFacingError} when one cannot be carried: without it the request means something else
 */
export async function carriedAttachments(
  { session, attachments = [] }: Pick<Run, "session" | "attachments">,
  { machine }: Pick<Profile, "machine">,
  { machines, attachments: files }: Carriers,
): Promise<readonly Attachment[]> {
  const there = attachments.length === 0 ? undefined : machines.codexOn(machine).attachments;
  if (there === undefined) return attachments;
  const carried: Attachment[] = [];
  for (const attachment of attachments) {
    const bytes = await files.read(attachment.path);
    const path = await there.keep(session, lastPart(attachment.path), bytes);
    carried.push({ ...attachment, path });
  }
  return carried;
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
