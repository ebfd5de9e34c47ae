/** Scripts a model that hands a part of its work to a sub-agent, with `multi_agent_v2`. */
import {
  type ReceivedRequest,
  type ResponsesApi,
  scriptInOrder,
  type Step,
} from "./responses_api.ts";

/** Hands a part of the work over. */
export const SPAWN: Step = {
  tool: "spawn_agent",
  namespace: "collaboration",
  arguments: { task_name: "helper", message: "help", fork_turns: "none" },
};
const WAIT: Step = {
  tool: "wait_agent",
  namespace: "collaboration",
  arguments: { timeout_ms: 60_000 },
};

/** A sub-agent has its task by another agent, and no word of a person. */
export function isHelper({ lastUserText, agentTexts }: ReceivedRequest): boolean {
  return lastUserText === "" && agentTexts.length > 0;
}

/**
 * The agent that is asked "go" spawns a helper, and waits for it unless it is told not to; then it
 * does further steps, if any, and answers "parent is done". The helper does these steps.
 */
export function scriptHelper(
  api: Pick<ResponsesApi, "script">,
  helper: readonly Step[],
  { waits = true, further = [] }: {
    readonly waits?: boolean;
    readonly further?: readonly Step[];
  } = {},
): void {
  const steps = [SPAWN, ...(waits ? [WAIT] : []), ...further, { message: "parent is done" }];
  const isParent = ({ lastUserText }: ReceivedRequest): boolean => lastUserText === "go";
  scriptInOrder(api, isParent, steps);
  scriptInOrder(api, isHelper, helper);
}

/** Runs a command that goes on when the tool call is over. */
export function leftRunning(command: string): Step {
  return { tool: "exec_command", arguments: { cmd: command, yield_time_ms: 250 } };
}
