/** Secrets for property tests, and the spellings in which they must not be found again. */
import fc from "fast-check";

export const telegramToken = fc.tuple(
  fc.stringMatching(/^[1-9]\d{7,9}$/),
  fc.stringMatching(/^[\w-]{35}$/),
).map((parts) => parts.join(":"));

export const modelKey = fc.stringMatching(/^sk-[A-Za-z0-9]{24,40}$/);

const anyUnit = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
  { weight: 3, arbitrary: fc.constantFrom('"', "'", "\\", "/", "%", "+", "=", "\n", "\t", " ") },
  { weight: 2, arbitrary: fc.constantFrom("•", "*", "***", "🔑", "é", "\u2028", "token=") },
);

/** A secret whose masks could be taken for itself is left out: it cannot be hidden by them. */
const anySecret = fc.array(anyUnit, { minLength: 8, maxLength: 30 })
  .map((units) => units.join("").trim())
  .filter((text) => text.length >= 8 && !/^[•*]+$/.test(text));

export const knownSecret = fc.oneof(telegramToken, modelKey, anySecret);

/** One secret, or two that have a part in common, or one within another. */
export const knownSecrets = fc.oneof(
  fc.array(knownSecret, { minLength: 1, maxLength: 3 }),
  fc.tuple(knownSecret, knownSecret).map(([one, other]) => [
    one + other.slice(0, 4),
    one.slice(-4) + other,
  ]),
  knownSecret.map((secret) => [secret, secret.slice(0, 6) + secret]),
).map((secrets) => secrets.filter((secret) => secret.trim().length >= 8 && secret.isWellFormed()));

/** Written out here once more, so that the program is not measured by itself. */
export function spellings(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    encodeURIComponent(secret),
    quoted,
    JSON.stringify(quoted).slice(1, -1),
    new TextEncoder().encode(secret).toBase64(),
  ];
}

/** A text around secrets in some of their spellings, some of them running into each other. */
export function textWith(secrets: readonly string[]): fc.Arbitrary<string> {
  const placed = fc.constantFrom(...secrets.flatMap(spellings));
  const cut = fc.tuple(placed, fc.nat({ max: 10 })).map(([text, length]) => text.slice(length));
  const around = fc.string({ unit: "binary" });
  return fc.array(fc.oneof(placed, cut, around), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join(""));
}

export const secretsInText = knownSecrets
  .filter((secrets) => secrets.length > 0)
  .chain((secrets) => fc.tuple(fc.constant(secrets), textWith(secrets)));
