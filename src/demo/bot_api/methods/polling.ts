/** Methods about updates: getMe, getUpdates, and the webhook that excludes it. */
import type { Account } from "../account.ts";
import { badRequest, conflict } from "../api_error.ts";
import type { Parameters } from "../parameters.ts";
import { botToWire } from "../people.ts";
import { compact, isJsonArray, type Json } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

const LARGEST_BATCH = 100;
const LONGEST_POLL_SECONDS = 50;

export const POLLING_METHODS: MethodTable = {
  getMe: { parameters: [], run: ({ account }) => botToWire(account.bot) },
  getUpdates: { parameters: ["offset", "limit", "timeout", "allowed_updates"], run: getUpdates },
  setWebhook: {
    parameters: [
      "url",
      "certificate",
      "ip_address",
      "max_connections",
      "allowed_updates",
      "drop_pending_updates",
      "secret_token",
    ],
    run: setWebhook,
  },
  deleteWebhook: {
    parameters: ["drop_pending_updates"],
    run: deleteWebhook,
    description: ({ webhook }) =>
      webhook.url === "" ? "Webhook is already deleted" : "Webhook was deleted",
  },
  getWebhookInfo: { parameters: [], run: ({ account }) => webhookInfo(account) },
};

async function getUpdates({ account, parameters, signal }: MethodCall): Promise<Json> {
  if (account.webhook.url !== "") {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the " +
        "webhook first",
    );
  }
  const allowed = readAllowedUpdates(parameters);
  if (allowed !== undefined) account.updates.allow(allowed);
  return await account.updates.poll({
    offset: parameters.integer("offset") ?? 0,
    limit: clamp(parameters.integer("limit") ?? LARGEST_BATCH, 1, LARGEST_BATCH),
    timeoutSeconds: clamp(parameters.integer("timeout") ?? 0, 0, LONGEST_POLL_SECONDS),
    signal,
  });
}

function setWebhook({ account, parameters }: MethodCall): Json {
  const url = parameters.text("url");
  if (url !== "" && !url.startsWith("https://")) {
    throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  }
  const allowed = readAllowedUpdates(parameters);
  if (allowed !== undefined) account.updates.allow(allowed);
  if (parameters.boolean("drop_pending_updates")) account.updates.drop();
  account.webhook.url = url;
  if (url !== "") account.updates.interrupt("terminated by setWebhook request");
  return true;
}

function deleteWebhook({ account, parameters }: MethodCall): Json {
  if (parameters.boolean("drop_pending_updates")) account.updates.drop();
  account.webhook.url = "";
  return true;
}

function webhookInfo({ webhook, updates }: Account): Json {
  return compact({
    url: webhook.url,
    has_custom_certificate: false,
    pending_update_count: updates.pending().length,
    allowed_updates: updates.allowed.length > 0 ? updates.allowed : undefined,
  });
}

function readAllowedUpdates(parameters: Parameters): readonly string[] | undefined {
  const complaint = "can't parse allowed_updates JSON object";
  const value = parameters.json("allowed_updates", complaint);
  if (value === undefined) return undefined;
  if (!isJsonArray(value)) throw badRequest("expected an Array of allowed updates");
  return value.map((type) => {
    if (typeof type !== "string") throw badRequest("allowed update must be of type String");
    return type.toLowerCase();
  });
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
