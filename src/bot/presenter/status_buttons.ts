/** The buttons under the status message of a run. */
import type { Run } from "../../core/run/run.ts";
import type { Button, Buttons } from "../outbox/outgoing.ts";
import type { Texts } from "../../texts/texts.ts";
import { unreachable } from "../../core/errors.ts";
import type { RunState } from "../../core/run/run_state.ts";

/**
 * A topic may be deleted; what belongs to it stands outside of topics then, and has to name it.
 * @param word what stands behind the run
 */
export function inButton(
  { id, session: { topicId } }: Pick<Run, "id" | "session">,
  word = "",
): string {
  return topicId === undefined ? `${id}${word}` : `${id}${word}:${topicId}`;
}

/** @returns none for a run that takes no buttons any more */
export function statusButtons(
  { status }: Pick<RunState, "status">,
  shown: Pick<Run, "id" | "session">,
  { run, records }: Pick<Texts, "run" | "records">,
): Buttons {
  const cancel: Button = { label: run.cancel, data: `c:${inButton(shown)}`, style: "danger" };
  switch (status) {
    case "awaiting-confirmation":
      return [[
        { label: run.continueIt, data: `r:${inButton(shown, ":c")}`, style: "success" },
        { label: run.dropIt, data: `r:${inButton(shown, ":d")}`, style: "danger" },
      ]];
    case "suspended":
    case "finished":
      return [];
    case "queued":
      return [[cancel]];
    case "starting":
    case "working":
      return [[cancel, { label: records.logButton, data: `l:${inButton(shown)}` }]];
    default:
      return unreachable(status);
  }
}
