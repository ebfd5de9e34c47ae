/** Does nothing: what Deno itself needs to start. */
