/** Says what Codex may do under a profile: its sandbox, and when it asks. */
import type { BackendKind } from "../core/codex/codex.ts";
import type { Profile } from "../core/session/settings.ts";
import type { Texts } from "../texts/texts.ts";

/** @param codex the kind of Codex that works under it, which may not know the policy */
export function sandboxLine(
  { sandbox, approvalPolicy: asked }: Pick<Profile, "sandbox" | "approvalPolicy">,
  codex: BackendKind,
  { backend }: Pick<Texts, "backend">,
): string {
  const isKnown = codex !== "mcp" || asked !== "untrusted";
  return `${sandbox}, ${isKnown ? asked : `on-request (${backend.noPolicy(asked)})`}`;
}
