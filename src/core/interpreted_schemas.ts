/**
 * Has zod check values by its schemas as they are. Else it writes code for each of them at its first
 * value, which takes longer than most of them ever check, and `new Function`. To be imported before
 * whatever makes a schema: by the entry of each worker, first of all.
 */
import { z } from "zod";

z.config({ jitless: true });
