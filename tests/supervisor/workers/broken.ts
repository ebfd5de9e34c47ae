/// <reference lib="deno.worker" />
/** Does not load. */
throw new Error("this module cannot be used");
