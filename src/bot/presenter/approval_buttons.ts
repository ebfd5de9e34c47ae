/** The buttons under a question, and what pressing one of them says. */
import type { ApprovalDecision } from "../../core/codex/codex.ts";
import type { Buttons } from "../outbox/outgoing.ts";
import type { Texts } from "../../texts/texts.ts";

const DECISIONS: ReadonlyMap<string, ApprovalDecision> = new Map([
  ["o", "accept"],
  ["s", "accept-for-session"],
  ["d", "decline"],
  ["x", "cancel"],
]);
const PRESS = /^a:([A-Za-z0-9_-]{16}):([osdx])$/;

/** @param nonce 16 characters of base64url; means nothing outside of this process */
export function approvalButtons(nonce: string, { approvals }: Texts): Buttons {
  return [
    [
      { label: approvals.accept, data: `a:${nonce}:o`, style: "success" },
      { label: approvals.acceptForSession, data: `a:${nonce}:s` },
    ],
    [
      { label: approvals.decline, data: `a:${nonce}:d`, style: "danger" },
      { label: approvals.cancel, data: `a:${nonce}:x`, style: "danger" },
    ],
  ];
}

/** @returns undefined when the data is not that of such a button */
export function pressedButton(
  data: string,
): { readonly nonce: string; readonly decision: ApprovalDecision } | undefined {
  const [, nonce = "", letter = ""] = PRESS.exec(data) ?? [];
  const decision = DECISIONS.get(letter);
  return decision === undefined ? undefined : { nonce, decision };
}
