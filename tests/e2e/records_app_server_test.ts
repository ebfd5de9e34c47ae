import { recordJourneys } from "./records.ts";
import { NEWEST } from "../support/codex_versions.ts";

recordJourneys({ codex: NEWEST, backend: "app-server" });
