/**
 * Prints how many test files run at the same time: two for each core, as many of them wait for the
 * programs that they drive. `DENO_JOBS` of the environment wins.
 */
const LEAST = 4;

const jobs = Deno.env.get("DENO_JOBS") ?? Math.max(LEAST, 2 * navigator.hardwareConcurrency);
Deno.stdout.writeSync(new TextEncoder().encode(`${jobs}\n`));
