/** A run on the command line. */
import { message } from "@optique/core/message";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";

export const runArgument = argument(string({ metavar: "RUN", pattern: /\S/ }), {
  description: message`An id, the beginning of one, or the word last`,
});
