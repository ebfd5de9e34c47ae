/** Talks with the demo's server: the stream of the chat, actions and uploads. */
import { toast } from "./notices.js";

/**
 * @param {string} name
 * @param {Record<string, unknown>} body
 * @returns {Promise<Record<string, unknown> | undefined>} undefined when it failed; a toast says why
 */
export function act(name, body) {
  return post(name, JSON.stringify(body), { "content-type": "application/json" });
}

/**
 * @param {FormData} form
 * @returns {Promise<Record<string, unknown> | undefined>}
 */
export function upload(form) {
  return post("upload", form, {});
}

/**
 * @param {string} name
 * @param {BodyInit} body
 * @param {Record<string, string>} headers
 * @returns {Promise<Record<string, unknown> | undefined>}
 */
async function post(name, body, headers) {
  try {
    const response = await fetch(`actions/${name}`, { method: "POST", body, headers });
    const answer = await response.json();
    if (response.ok) return answer;
    toast(String(answer.error));
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

const RETRY_MS = 2_000;

/**
 * Opens the stream of the chat, and opens it again whenever it breaks.
 * @param {string} language as a Telegram client tells it
 * @param {{
 *   snapshot: (state: import("./types.d.ts").Snapshot) => void,
 *   changes: (changes: import("./types.d.ts").Changes) => void,
 *   lost: () => void,
 * }} handlers
 */
export function openStream(language, handlers) {
  const stream = new EventSource(`stream?language=${encodeURIComponent(language)}`);
  stream.addEventListener("snapshot", ({ data }) => handlers.snapshot(JSON.parse(data)));
  stream.addEventListener("changes", ({ data }) => handlers.changes(JSON.parse(data)));
  stream.addEventListener("error", () => {
    handlers.lost();
    // The browser reconnects by itself, unless the connection was refused.
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(() => openStream(language, handlers), RETRY_MS);
    }
  });
}
