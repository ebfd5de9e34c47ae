/** The buttons under /resume. */
import { resumeThread } from "../commands/resume_command.ts";
import type { ButtonHandler } from "./button.ts";

/** `resume:<thread>` */
export const pickThread: ButtonHandler = async (press) => {
  const { done, reply } = await resumeThread(press, press.data);
  // A list that could not be followed now may be followed later.
  return done ? { edit: reply } : { reply };
};
