/**
 * Knows the keys and tokens that tell by their shape who has issued them.
 *
 * Each issuer documents its prefix so that scanners find what has leaked: nothing else looks like it.
 */

const SHAPES: readonly string[] = [
  // Telegram: the bot's number and its token.
  String.raw`(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}`,
  // OpenAI, Anthropic and others; names such as `sk-toggleable-content` have no digits.
  String.raw`\bsk-(?=[A-Za-z_-]{0,40}\d)[A-Za-z0-9_-]{16,}`,
  // GitHub.
  String.raw`\bgh[opusr]_[A-Za-z0-9]{36,}`,
  String.raw`\bgithub_pat_[A-Za-z0-9_]{22,}`,
  // GitLab.
  String.raw`\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_.-]{20,}`,
  // Slack and Discord: whoever knows the address of a hook can write there.
  String.raw`\bxox[abeoprs]-[A-Za-z0-9-]{16,}`,
  String.raw`\bxapp-\d-[A-Za-z0-9-]{16,}`,
  String.raw`(?<=\bhooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{20,}`,
  String.raw`(?<=\bdiscord(?:app)?\.com/api/webhooks/)\d+/[A-Za-z0-9_-]{20,}`,
  // Google.
  String.raw`\bAIza[A-Za-z0-9_-]{35}`,
  String.raw`\bGOCSPX-[A-Za-z0-9_-]{20,}`,
  String.raw`\bya29\.[A-Za-z0-9_-]{20,}`,
  // Stripe.
  String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}`,
  String.raw`\bwhsec_[A-Za-z0-9+/=]{24,}`,
  // Registries: npm, PyPI, RubyGems, crates.io, Docker.
  String.raw`\bnpm_[A-Za-z0-9]{36}`,
  String.raw`\bpypi-[A-Za-z0-9_-]{50,}`,
  String.raw`\brubygems_[a-f0-9]{48}`,
  String.raw`\bcio[A-Za-z0-9]{32}\b`,
  String.raw`\bdckr_[a-z]{3}_[A-Za-z0-9_-]{20,}`,
  // Models: Hugging Face, Groq, xAI, Replicate, Perplexity.
  String.raw`\bhf_[A-Za-z0-9]{30,}`,
  String.raw`\bgsk_[A-Za-z0-9]{40,}`,
  String.raw`\bxai-[A-Za-z0-9]{40,}`,
  String.raw`\br8_[A-Za-z0-9]{37}`,
  String.raw`\bpplx-[A-Za-z0-9]{40,}`,
  // Services: SendGrid, DigitalOcean, Shopify, Vault, Linear, Databricks, age.
  String.raw`\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`,
  String.raw`\bdo[opr]_v1_[a-f0-9]{64}`,
  String.raw`\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}`,
  String.raw`\bhv[bsr]\.[A-Za-z0-9_-]{24,}`,
  String.raw`\blin_api_[A-Za-z0-9]{40}`,
  String.raw`\bdapi[a-f0-9]{32}`,
  String.raw`\bAGE-SECRET-KEY-1[0-9A-Z]{58}`,
  // A signed JSON Web Token: its first two parts are JSON, and the first one is short. Without a limit
  // each `-eyJ` of a long text would be searched to the end of it.
  String.raw`\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`,
];

/** Finds them all; has the flag `g`. */
export const TOKEN_SHAPES = new RegExp(SHAPES.join("|"), "g");
