/** Writes conf.toml.example from the keys that are declared in src/config/keys.ts. */
import { renderExample } from "../src/config/example.ts";

await Deno.writeTextFile(new URL("../conf.toml.example", import.meta.url), renderExample());
