/// <reference lib="deno.worker" />
/** Does nothing else for ever as soon as it is started. */
self.addEventListener("message", () => {
  let round = 0;
  while (round >= 0) round = Math.abs(Math.sin(round));
});
