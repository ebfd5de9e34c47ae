/** Declares the keys of [telegram.pace] in conf.toml: how fast the bot writes. */
import { group, key, table } from "./declaration.ts";
import { inMilliseconds, SECOND_MS, seconds, wholeNumber } from "./value_kinds.ts";

/**
 * Telegram allows about one message a second in a private chat and twenty a minute in a group. With
 * these defaults a group gets at most 19 calls in 20 seconds and in a minute, the windows in which
 * Telegram was seen to count.
 */
export const pace = table({
  private: group({
    burst: key("private_burst", {
      value: wholeNumber(1, 100, "messages"),
      default: 3,
      comment:
        `How often a chat may be written to before status messages wait: so many calls at once
        after a silence, then one every so many seconds. Answers, questions and replies go at once.
        Telegram allows about one message a second in a private chat and twenty a minute in a group,
        and makes a faster bot wait. Change this only for a Bot API server with other limits.`,
    }),
    gapMs: key("private_gap_seconds", {
      value: inMilliseconds(seconds(0.01), SECOND_MS),
      default: 1.2,
    }),
    refreshMs: key("private_refresh_seconds", {
      value: inMilliseconds(seconds(0.1), SECOND_MS),
      default: 3,
      comment: `Least seconds between two changes of a status message; twice as many after the first
        minutes.`,
    }),
  }),
  group: group({
    burst: key("group_burst", {
      value: wholeNumber(1, 100, "messages"),
      default: 2,
      comment: "The same for a group.",
    }),
    gapMs: key("group_gap_seconds", {
      value: inMilliseconds(seconds(0.01), SECOND_MS),
      default: 3.5,
    }),
    refreshMs: key("group_refresh_seconds", {
      value: inMilliseconds(seconds(0.1), SECOND_MS),
      default: 6,
    }),
  }),
  collectMs: key("collect_seconds", {
    value: inMilliseconds(seconds(0), SECOND_MS),
    default: 1.2,
    comment: `Seconds to wait for the next part of an album, a long text that the client cut, or
      messages that are forwarded together, before they become one request.`,
  }),
  retryMs: key("retry_seconds", {
    value: inMilliseconds(seconds(0.1), SECOND_MS),
    default: 1,
    comment: `Seconds until a message or a file that did not get through is tried again; the wait
      grows from there.`,
  }),
  statusAfterMs: key("status_after_seconds", {
    value: inMilliseconds(seconds(0), SECOND_MS),
    default: 1.2,
    comment: `Seconds that a request has to take before it gets a status message; what is quicker is
      only answered.`,
  }),
  callsPerSecond: key("calls_per_second", {
    value: wholeNumber(1, 1_000, "calls"),
    default: 30,
    comment: "The most messages, edits and reactions in a second, all chats together.",
  }),
});
