import { recordJourneys } from "./records.ts";

recordJourneys({ codex: "0.169.0", backend: "app-server" });
