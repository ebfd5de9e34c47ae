import { SETTINGS } from "../../src/config/keys.ts";

/** The pace of a bot whose conf.toml says nothing of it. */
export const USUAL_PACE = SETTINGS.schema.parse({}).telegram.pace;
