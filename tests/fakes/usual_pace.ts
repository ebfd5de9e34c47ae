/** The pace of a bot whose conf.toml names none. */
import { SETTINGS } from "../../src/config/schema.ts";
import { paceSettings } from "../../src/config/telegram_table.ts";
import type { TelegramPace } from "../../src/bot/pace.ts";

export const USUAL_PACE: TelegramPace = paceSettings(SETTINGS.parse({}).telegram.pace);
