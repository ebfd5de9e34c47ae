/** The page's server speaks with its own page only, whatever other pages try. */
import assert from "node:assert/strict";
import { startPage } from "./page_started.ts";

Deno.test("the page refuses every request under a foreign name", async () => {
  await using page = await startPage();
  const { port } = new URL(page.url);
  const status = (host: string): Promise<string> => statusUnder(Number(port), host);
  assert.equal(await status(`127.0.0.1:${port}`), "200");
  assert.equal(await status(`localhost:${port}`), "200");
  for (const host of [`evil.example:${port}`, "127.0.0.1", `127.0.0.1.evil.example:${port}`, ""]) {
    assert.match(await status(host), /^40[03]$/, host);
  }
});

/** `fetch` names the host by itself; somebody whose name points to loopback names another. */
async function statusUnder(port: number, host: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? answer;
}

Deno.test("the page refuses what another page sends, and changes nothing", async () => {
  await using page = await startPage();
  const { world, chat } = page.started;
  const body = JSON.stringify({ text: "rm -rf ~" });
  const address = `${page.url}actions/send`;
  const origin = page.url.slice(0, -1);
  const foreign: HeadersInit[] = [
    {},
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: origin.replace("http:", "https:") },
    { origin, "sec-fetch-site": "cross-site" },
    { origin, "sec-fetch-site": "same-site" },
  ];
  for (const headers of foreign) {
    const response = await fetch(address, { method: "POST", body, headers });
    assert.equal(response.status, 403, JSON.stringify(headers));
    await response.body?.cancel();
  }
  assert.deepEqual(world.transcript(chat), []);
});

Deno.test("the page may be visited from anywhere, but nothing of it can be taken from afar", async () => {
  await using page = await startPage();
  const crossing = { "sec-fetch-site": "cross-site" };
  const asked: readonly [path: string, headers: HeadersInit, status: number][] = [
    ["", { ...crossing, "sec-fetch-dest": "document" }, 200],
    ["", { ...crossing, "sec-fetch-dest": "iframe" }, 403],
    ["main.js", { ...crossing, "sec-fetch-dest": "script" }, 403],
    ["stream", { ...crossing, "sec-fetch-dest": "empty" }, 403],
    ["files/1", { ...crossing, "sec-fetch-dest": "document" }, 403],
    ["main.js", { "sec-fetch-site": "same-origin" }, 200],
  ];
  for (const [path, headers, status] of asked) {
    const response = await fetch(page.url + path, { headers });
    assert.equal(response.status, status, `${path} ${JSON.stringify(headers)}`);
    await response.body?.cancel();
  }
});

Deno.test("every response of the page forbids what it does not need", async () => {
  await using page = await startPage();
  for (const path of ["", "main.js", "theme.css", "nothing", "files/9"]) {
    const { headers, body } = await fetch(page.url + path);
    await body?.cancel();
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("the page serves its own files and no others", async () => {
  await using page = await startPage();
  const outside = [
    "..%2fserver.ts",
    "%2e%2e/server.ts",
    "server.ts",
    "main.js/",
    "%2fetc%2fpasswd",
    "types.d.ts",
    ".main.js",
    "actions/send",
  ];
  for (const path of outside) {
    const response = await fetch(page.url + path);
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
  const main = await fetch(`${page.url}main.js`);
  assert.equal(main.headers.get("content-type"), "text/javascript; charset=utf-8");
  await main.body?.cancel();
});

Deno.test("nothing in the page comes from elsewhere, and no message becomes markup", async () => {
  const folder = new URL("../../src/demo/page/browser/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(new URL(name, folder));
    assert.doesNotMatch(
      text,
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/,
      name,
    );
    assert.doesNotMatch(text, /(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\//, name);
    assert.doesNotMatch(text, /\son[a-z]+="|style="/, name);
  }
});
