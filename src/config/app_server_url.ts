/** The address of an app-server on another machine, as `app_server_url` has it. */
import type { Endpoint } from "../core/codex/codex_settings.ts";

export type ReadAddress =
  | { readonly ok: true; readonly name: string; readonly endpoint: Endpoint }
  /** In words that follow "must be". */
  | { readonly ok: false; readonly expected: string };

const EXPECTED =
  'the address of a Codex app-server, such as "unix:///path/to.sock" or "wss://host:port", without user name, query or fragment';
const EXPECTED_SOCKET =
  'the address of a socket with its whole path, such as "unix:///path/to.sock"';
const EXPECTED_ENCRYPTED =
  'a "wss://" address, or a "unix://" one through ssh: without TLS everything would cross the network in the clear; "ws://" is for 127.0.0.1, [::1] and localhost';

const USUAL_PORTS: ReadonlyMap<string, number> = new Map([["ws:", 80], ["wss:", 443]]);
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Reads it; a `~` at the beginning of a socket's path is kept. */
export function readAppServerUrl(written: string): ReadAddress {
  if (/^unix:/i.test(written)) return readSocket(written);
  if (!URL.canParse(written)) return refused(EXPECTED);
  const url = new URL(written);
  const port = USUAL_PORTS.get(url.protocol);
  const extras = [url.username, url.password, url.search, url.hash];
  if (port === undefined || url.hostname === "" || extras.some((part) => part !== "")) {
    return refused(EXPECTED);
  }
  if (url.protocol === "ws:" && !LOOPBACK.test(url.hostname)) return refused(EXPECTED_ENCRYPTED);
  const endpoint: Endpoint = {
    type: "network",
    url: url.href,
    host: url.hostname,
    port: url.port === "" ? port : Number(url.port),
  };
  return { ok: true, name: url.pathname === "/" ? url.href.slice(0, -1) : url.href, endpoint };
}

function readSocket(written: string): ReadAddress {
  const path = /^unix:\/\/((?:\/|~\/)[^\0?#]*[^\0?#/])$/i.exec(written)?.[1];
  if (path === undefined) return refused(EXPECTED_SOCKET);
  return { ok: true, name: `unix://${path}`, endpoint: { type: "unix", path } };
}

function refused(expected: string): ReadAddress {
  return { ok: false, expected };
}
