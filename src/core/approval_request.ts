/** A question of Codex on its way to a person. */
import type { ApprovalRequest } from "./codex.ts";

/** The question without secrets: to be asked before anything of it is cut or kept. */
export function concealedRequest(
  request: ApprovalRequest,
  conceal: (text: string) => string,
): ApprovalRequest {
  const { command, diff, permissions, reason } = request;
  return {
    ...request,
    ...(command === undefined ? {} : { command: conceal(command) }),
    ...(diff === undefined ? {} : { diff: conceal(diff) }),
    ...(permissions === undefined ? {} : { permissions: conceal(permissions) }),
    ...(reason === undefined ? {} : { reason: conceal(reason) }),
  };
}
