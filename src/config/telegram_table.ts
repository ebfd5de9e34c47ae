/** From the `[telegram]` table and the environment to what the Telegram front-end needs. */
import type { PaceSettings, PollingSettings, TelegramSettings } from "./config.ts";
import { BOT_TOKEN_VARIABLE, type Environment, variable } from "./environment.ts";
import type { Findings } from "./findings.ts";
import type { Settings } from "./schema.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** Telegram closes a longer poll by itself. */
const LONGEST_POLL_SECONDS = 50;
/** The bot's own number, a colon and the secret part. */
const TOKEN_SHAPE = /^\d+:[A-Za-z0-9_-]+$/;

/** Whether it looks like a token; only Telegram knows whether it is one. */
export function isBotToken(text: string): boolean {
  return TOKEN_SHAPE.test(text);
}

export function telegramSettings(
  settings: Settings,
  environment: Environment,
  configFile: string,
  findings: Findings,
): TelegramSettings {
  const { telegram } = settings;
  if (telegram.allowed_users.length === 0) {
    findings.warn(
      "telegram.allowed_users is empty: nobody may use the bot. Write to it in Telegram, it " +
        `answers with your id; put the id into ${configFile} and start again`,
    );
  }
  return {
    botToken: botToken(environment, findings),
    allowedUsers: telegram.allowed_users,
    allowedChats: telegram.allowed_chats,
    groupTrigger: telegram.group_trigger,
    approvalTimeoutMs: telegram.approval_timeout_minutes * MINUTE_MS,
    apiRoot: telegram.api_root,
    polling: pollingSettings(telegram.polling, findings),
    pace: paceSettings(telegram.pace),
  };
}

/** The value is never shown, not even a wrong one: it may be a token with a slip in it. */
function botToken(environment: Environment, findings: Findings): string {
  const token = variable(environment, BOT_TOKEN_VARIABLE);
  if (token === undefined || !isBotToken(token)) {
    const found = token === undefined ? "nothing" : "something else";
    findings.problemAt(
      "environment",
      BOT_TOKEN_VARIABLE,
      `must be the token that @BotFather gave for your bot, found ${found} ` +
        `(write it into ${environment.stateFolder}/.env, behind ${BOT_TOKEN_VARIABLE}=)`,
    );
  }
  return token ?? "";
}

function pollingSettings(
  polling: Settings["telegram"]["polling"],
  findings: Findings,
): PollingSettings {
  if (polling.poll_timeout > LONGEST_POLL_SECONDS) {
    findings.warn(
      `telegram.polling.poll_timeout is ${polling.poll_timeout}, more than Telegram allows: ` +
        `${LONGEST_POLL_SECONDS} is used`,
    );
  }
  return {
    pollTimeoutSeconds: Math.min(polling.poll_timeout, LONGEST_POLL_SECONDS),
    loopSleepSeconds: polling.loop_sleep_sec,
    deleteWebhookOnStart: polling.delete_webhook_on_start,
    dropPendingUpdates: polling.drop_pending_updates,
    ignorePendingUpdatesOnStart: polling.ignore_pending_updates_on_start,
    requireWarmup: polling.require_mcp_warmup,
    cancelWaitSeconds: polling.cancel_wait_timeout_sec,
  };
}

export function paceSettings(pace: Settings["telegram"]["pace"]): PaceSettings {
  return {
    private: {
      burst: pace.private_burst,
      gapMs: pace.private_gap_seconds * SECOND_MS,
      refreshMs: pace.private_refresh_seconds * SECOND_MS,
    },
    group: {
      burst: pace.group_burst,
      gapMs: pace.group_gap_seconds * SECOND_MS,
      refreshMs: pace.group_refresh_seconds * SECOND_MS,
    },
    collectMs: pace.collect_seconds * SECOND_MS,
    retryMs: pace.retry_seconds * SECOND_MS,
  };
}
