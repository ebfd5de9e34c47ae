import { recordJourneys } from "./records.ts";

recordJourneys({ codex: "0.153.4", backend: "mcp" });
