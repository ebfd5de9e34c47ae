/** The developer's thread and where it can be continued: on the machine and in the folder it began. */
import type { DeveloperThread } from "./session.ts";
import type { Profile } from "./settings.ts";
import type { RunRequest } from "../run/workflow.ts";

type Place = Pick<Profile, "workingDirectory" | "machine">;

export function developerThread(id: string, { workingDirectory, machine }: Place): DeveloperThread {
  return { id, workingDirectory, ...(machine === undefined ? {} : { machine }) };
}

/** Whether the thread can be continued in that place. */
export function belongsTo(
  thread: DeveloperThread,
  { workingDirectory, machine }: Place,
): boolean {
  return thread.workingDirectory === workingDirectory && thread.machine === machine;
}

/** What a request in that place is told of the thread; nothing where it begins a new one. */
export function continuation(
  thread: DeveloperThread | undefined,
  place: Place,
): Pick<RunRequest, "developerThreadId" | "mustContinue"> {
  if (thread === undefined || !belongsTo(thread, place)) return {};
  return {
    developerThreadId: thread.id,
    ...(thread.chosen === true ? { mustContinue: true } : {}),
  };
}
