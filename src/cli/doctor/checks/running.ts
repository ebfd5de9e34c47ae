/** Whether the program runs with this state folder. */
import { type Check, type Finding, ok } from "../check.ts";

export const runningCheck: Check = {
  id: "state.running",
  async look(installation): Promise<Finding> {
    const running = await installation.running();
    if (running === undefined) return ok("the program does not run now");
    return ok(
      running.pid === undefined ? "the program runs" : `the program runs, process ${running.pid}`,
    );
  },
};
