/**
 * Makes schemas, which check whatever comes from outside. zod works by them as they are: it would write
 * code for each of them at its first value, which takes longer than all that most of them ever check,
 * and `new Function`.
 */
import { z } from "zod";

z.config({ jitless: true });

export { z };
