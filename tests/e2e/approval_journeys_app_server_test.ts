import { approvalJourneys } from "./approval_journeys.ts";
import { NEWEST } from "../support/codex_versions.ts";

approvalJourneys({ codex: NEWEST, backend: "auto" });
