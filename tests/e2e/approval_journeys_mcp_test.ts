import { approvalJourneys } from "./approval_journeys.ts";

approvalJourneys({ codex: "0.153.4", backend: "mcp" });
