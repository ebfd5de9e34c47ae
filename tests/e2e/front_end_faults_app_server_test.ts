import { chatFaults, chatTrifles } from "./front_end_faults/chat.ts";
import { connectionFaults } from "./front_end_faults/connection.ts";
import { paceFaults } from "./front_end_faults/pace.ts";
import { oddAnswers } from "./front_end_faults/odd_answers.ts";
import type { Codex } from "./front_end_faults/scene.ts";
import { NEWEST } from "../support/codex_versions.ts";

const CODEX: Codex = { codex: NEWEST, backend: "app-server" };

paceFaults(CODEX);
connectionFaults(CODEX);
chatFaults(CODEX);
chatTrifles(CODEX);
oddAnswers(CODEX);
