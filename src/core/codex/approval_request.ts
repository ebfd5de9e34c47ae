/** A question of Codex on its way to a person. */
import type { Redact } from "../redaction/redact.ts";
import type { ApprovalRequest } from "./codex.ts";

/** The question without secrets: to be asked before anything of it is cut or kept. */
export function redactedRequest(
  request: ApprovalRequest,
  redact: Redact,
): ApprovalRequest {
  const { command, diff, permissions, reason } = request;
  return {
    ...request,
    ...(command === undefined ? {} : { command: redact(command) }),
    ...(diff === undefined ? {} : { diff: redact(diff) }),
    ...(permissions === undefined ? {} : { permissions: redact(permissions) }),
    ...(reason === undefined ? {} : { reason: redact(reason) }),
  };
}
