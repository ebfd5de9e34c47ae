/** Holds who may use the demo's page: those who know its address, and only the page itself. */
import assert from "node:assert/strict";
import { PageAccess } from "../../src/demo/page/access.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { type StartedPage, startPage } from "./page_started.ts";

const ROUTES = [
  ["GET", ""],
  ["GET", "index.html"],
  ["GET", "main.js"],
  ["GET", "theme.css"],
  ["GET", "stream?language=en"],
  ["GET", "files/1"],
  ["POST", "actions/send"],
  ["POST", "actions/press"],
  ["POST", "actions/edit"],
  ["POST", "actions/react"],
  ["POST", "actions/delete"],
  ["POST", "actions/upload"],
] as const;

for (const [method, path] of ROUTES) {
  Deno.test(`${method} ${path || "(the page)"} is refused without and with a wrong token`, async () => {
    await using page = await startPage();
    const { world, chat } = page.started;
    world.send(chat, { document: { name: "a.txt", mimeType: "", bytes: new Uint8Array([1]) } });
    const before = JSON.stringify(world.transcript(chat));
    for (const prefix of wrongPrefixes(page)) {
      const response = await fetch(`${prefix}${path}`, {
        method,
        ...(method === "GET" ? {} : requestBody(path, page)),
      });
      assert.equal(response.status, 403, prefix);
      assert.match(await response.text(), /Open the address that the demo shows/);
    }
    assert.equal(JSON.stringify(world.transcript(chat)), before);
  });
}

/** Addresses that only somebody without the token would try. */
function wrongPrefixes({ url }: StartedPage): readonly string[] {
  const { origin, pathname } = new URL(url);
  const token = pathname.slice(1, -1);
  const wrong = [
    token.replace(/^./, (first) => first === "0" ? "1" : "0"),
    token.slice(1),
    token.toUpperCase(),
    `${token}0`,
    "open",
  ].filter((each) => each !== token);
  return [`${origin}/`, ...wrong.map((each) => `${origin}/${each}/`)];
}

/** A request that would work with the token. */
function requestBody(path: string, { url }: StartedPage): RequestInit {
  const { origin } = new URL(url);
  if (path !== "actions/upload") {
    const body = JSON.stringify({ text: "hi", messageId: 1, data: "x", emoji: [] });
    return { body, headers: { origin, "content-type": "application/json" } };
  }
  const form = new FormData();
  form.set("kind", "document");
  form.append("file", new File(["x"], "x.txt"));
  return { body: form, headers: { origin } };
}

Deno.test("each page has a token of its own, which nobody guesses", async () => {
  await using one = await startPage();
  await using other = await startPage();
  const tokens = [one, other].map(({ url }) => new URL(url).pathname);
  for (const token of tokens) assert.match(token, /^\/[0-9a-f]{32}\/$/);
  assert.notEqual(tokens[0], tokens[1]);
});

Deno.test("the link for the browser's command line leads to the page once", async () => {
  await using page = await startPage();
  const link = page.oneTimeLink();
  assert.ok(!link.includes(new URL(page.url).pathname), "the link does not hold the token");
  const first = await fetch(link);
  assert.equal(first.url, page.url);
  assert.match(await first.text(), /<html/);
  const second = await fetch(link);
  assert.equal(second.status, 403);
  await second.body?.cancel();
});

Deno.test("the link for the browser's command line works for a minute", async () => {
  const clock = new FakeClock();
  const access = new PageAccess(clock);
  const [soon, late] = [access.oneTimeLink(), access.oneTimeLink()];
  await clock.advance(59_000);
  assert.equal(access.redeem(soon), true);
  await clock.advance(2_000);
  assert.equal(access.redeem(late), false);
  assert.equal(access.redeem("/open/"), false);
});

Deno.test("the page refuses requests under another host name", async () => {
  await using page = await startPage();
  const { port } = new URL(page.url);
  const status = (host: string): Promise<string> => statusUnder(page.url, host);
  assert.equal(await status(`127.0.0.1:${port}`), "200");
  assert.equal(await status(`localhost:${port}`), "200");
  for (const host of [`evil.example:${port}`, "127.0.0.1", `127.0.0.1.evil.example:${port}`, ""]) {
    assert.match(await status(host), /^40[03]$/, host);
  }
});

/** Names any host, as a page does whose name points to loopback; `fetch` cannot. */
async function statusUnder(url: string, host: string): Promise<string> {
  const { port, pathname } = new URL(url);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const request = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? answer;
}

Deno.test("the page refuses what other pages send", async () => {
  await using page = await startPage();
  const { world, chat } = page.started;
  const body = JSON.stringify({ text: "rm -rf ~" });
  const address = `${page.url}actions/send`;
  const { origin } = new URL(page.url);
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

Deno.test("other pages may link to the page, but cannot load or embed any of it", async () => {
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

Deno.test("every response of the page forbids what the page does not need", async () => {
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
  // What resolves to an address above the page has lost its token.
  const above = await fetch(`${page.url}%2e%2e/server.ts`);
  assert.equal(above.status, 403);
  await above.body?.cancel();
  const main = await fetch(`${page.url}main.js`);
  assert.equal(main.headers.get("content-type"), "text/javascript; charset=utf-8");
  await main.body?.cancel();
});

Deno.test("the page loads nothing from elsewhere, and never turns a message into markup", async () => {
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
