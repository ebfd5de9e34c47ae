import { approvalJourneys } from "./approval_journeys.ts";

approvalJourneys({ codex: "0.169.0", backend: "auto" });
