import assert from "node:assert/strict";
import { createRedactor } from "../../src/core/redaction/redact.ts";

const { forPeople, forLogs } = createRedactor({ secrets: [] });
/** In parts, so that no scanner takes this file for a leak. */
const SOME = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL";
const HEX = "0123456789abcdef".repeat(4);

const TOKENS: readonly (readonly [issuer: string, prefix: string, rest: string])[] = [
  ["Telegram", "7000000001:", `AA${SOME}`],
  ["a model", "sk-", `proj-${SOME}`],
  ["GitHub", "ghp_", `${SOME}abcd`],
  ["GitHub", "github_pat_", SOME],
  ["GitLab", "glpat-", SOME],
  ["Slack", "xoxb-", `1234567890-${SOME}`],
  ["Google", "AIza", `${SOME}abc`],
  ["Stripe", "sk_live_", SOME],
  ["npm", "npm_", `${SOME}abcd`],
  ["PyPI", "pypi-", `${SOME}${SOME}`],
  ["Docker", "dckr_pat_", SOME],
  ["Hugging Face", "hf_", SOME],
  ["SendGrid", "SG.", `${SOME}.${SOME}`],
  ["DigitalOcean", "dop_v1_", HEX],
  ["Vault", "hvs.", SOME],
  ["a JSON Web Token", "eyJ", `hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${SOME}`],
];

for (const [issuer, prefix, rest] of TOKENS) {
  Deno.test(`a token of ${issuer} that begins with ${prefix} is masked`, () => {
    const token = prefix + rest;
    assert.equal(forPeople(`it is "${token}"!`), `it is "${"•".repeat(token.length)}"!`);
    assert.equal(forLogs(`it is "${token}"!`), 'it is "***"!');
  });
}

Deno.test("what knows the address of a hook can write there", () => {
  const slack = `https://hooks.slack.${"com"}/services/T000/B000/${SOME}`;
  const discord = `https://discord.${"com"}/api/webhooks/123456/${SOME}`;
  for (const address of [slack, discord]) {
    assert.doesNotMatch(forPeople(address), new RegExp(SOME));
    assert.match(forPeople(address), /^https:\/\/[\w.]+\/[\w/]+•+$/);
  }
});

for (
  const text of [
    "ghp_short, github_pat_x, sk_live_, npm_config_registry, hf_hub_download, xoxb-",
    "import { hf_transfer } from 'npm_package'; eyJhIjoxfQ.eyJ",
    `commit ${HEX.slice(0, 40)}, sha256:${HEX}`,
  ]
) {
  Deno.test(`no token: ${text.slice(0, 30)}`, () => {
    assert.equal(forPeople(text), text);
  });
}
