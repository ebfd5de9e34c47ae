/** What a person does, told to the server. */
import { toast } from "./notices.js";

/**
 * @param {string} name
 * @param {Record<string, unknown>} body
 * @returns {Promise<Record<string, unknown> | undefined>} undefined when it did not work
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
