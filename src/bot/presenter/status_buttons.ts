/** The buttons under the status message of a run. */
import type { Button, Buttons } from "../outbox/outgoing.ts";
import type { Texts } from "../texts/texts.ts";
import type { Progress } from "./progress.ts";

/** @returns none for a run that takes no word any more */
export function statusButtons(
  { state }: Pick<Progress, "state">,
  runId: string,
  { run, records }: Pick<Texts, "run" | "records">,
): Buttons {
  const cancel: Button = { label: run.cancel, data: `c:${runId}`, style: "danger" };
  switch (state) {
    case "offered":
      return [[
        { label: run.continueIt, data: `r:${runId}:c`, style: "success" },
        { label: run.dropIt, data: `r:${runId}:d`, style: "danger" },
      ]];
    case "suspended":
    case "finished":
      return [];
    case "queued":
      return [[cancel]];
    case "starting":
    case "working":
      return [[cancel, { label: records.logButton, data: `l:${runId}` }]];
  }
}
