import { NEWEST } from "../support/codex_versions.ts";
import { endingsTests, furtherEndingsTests } from "./endings.ts";

endingsTests("app-server", { codex: NEWEST, backend: "app-server" }, true);
furtherEndingsTests("app-server", { codex: NEWEST, backend: "app-server" });
