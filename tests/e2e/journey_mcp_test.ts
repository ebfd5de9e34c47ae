import { journeys } from "./journey.ts";

journeys({ codex: "0.153.4", backend: "mcp" });
