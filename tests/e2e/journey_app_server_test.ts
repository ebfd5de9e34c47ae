import { journeys } from "./journey.ts";

journeys({ codex: "0.169.0", backend: "auto" });
