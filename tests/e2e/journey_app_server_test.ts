import { journeys } from "./journey.ts";
import { NEWEST } from "../support/codex_versions.ts";

journeys({ codex: NEWEST, backend: "auto" });
