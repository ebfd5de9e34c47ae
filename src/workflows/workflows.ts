/** Makes every workflow. All but the quick one are loaded when somebody wants them for the first time. */
import type { Answer, RunEvent } from "../core/run/events.ts";
import type { RunBudget } from "../core/run/run_budget.ts";
import type { RunTask } from "../core/run/run.ts";
import type { RunRequest, Workflow } from "../core/run/workflow.ts";
import type { Mode } from "../core/session/settings.ts";
import type { AgentDependencies } from "./agents.ts";
import { createSingleWorkflow } from "./single.ts";

export interface WorkflowSettings {
  /** Most reviews in one plan run; 0 = no review. */
  readonly maxReviewRounds: number;
  /** How long an open question of a plan waits, in milliseconds. */
  readonly planQuestionMs: number;
  readonly runBudget: RunBudget;
}

export function createWorkflows(
  deps: AgentDependencies,
  { maxReviewRounds, planQuestionMs, runBudget: budget }: WorkflowSettings,
): Readonly<Record<Mode | RunTask | "goal", Workflow>> {
  const single = createSingleWorkflow(deps);
  const planning = { ...deps, single, maxReviewRounds, planQuestionMs, budget };
  return {
    single,
    plan: whenWanted(async () => (await import("./plan.ts")).createPlanWorkflow(planning)),
    goal: whenWanted(async () => (await import("./goal.ts")).createGoalWorkflow(deps)),
    compact: whenWanted(async () => (await import("./compact.ts")).createCompactWorkflow(deps)),
    review: whenWanted(async () =>
      (await import("./review_on_demand.ts")).createReviewWorkflow(deps)
    ),
    checks: whenWanted(async () => (await import("./check_task.ts")).createCheckWorkflow(deps)),
  };
}

function whenWanted(load: () => Promise<Workflow>): Workflow {
  let loading: Promise<Workflow> | undefined;
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      // One that failed is tried again by the next request.
      loading ??= load().catch((error) => {
        loading = undefined;
        throw error;
      });
      return yield* (await loading).run(request);
    },
  };
}
