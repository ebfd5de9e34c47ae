/** What the agents of the plan workflow say, turn by turn. */
import type { ReceivedRequest, ResponsesApi, Step } from "../support/responses_api.ts";

/** One entry a turn; the last one answers every further turn. */
export type Turns = readonly (readonly Step[])[];

/** Whether the request comes from the agent of that role. */
export function isRole(role: string): (request: ReceivedRequest) => boolean {
  return ({ developerText }) => developerText.includes(`You are the ${role} of a coding team`);
}

/** Lets each role play its turns, whatever it is asked. */
export function scriptRoles(model: ResponsesApi, roles: Readonly<Record<string, Turns>>): void {
  for (const [role, turns] of Object.entries(roles)) {
    let turn = -1;
    model.script({
      when: isRole(role),
      steps: ({ toolOutputs }) => {
        if (toolOutputs.length === 0) turn++;
        return turns[Math.min(turn, turns.length - 1)] ?? [];
      },
    });
  }
}

/** What a reviewer may find in the file kept.txt of the stage. */
export const FINDING = {
  id: null,
  severity: "major",
  file: "kept.txt",
  line_from: 2,
  line_to: 2,
  message: "The second line is a digit",
  evidence: "`cat kept.txt`",
  fix: "Write it as a word",
  confidence: 0.9,
};
