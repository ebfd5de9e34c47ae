/** /rich on and /rich off: whether this chat gets answers as native rich messages. */
import { plainText } from "../render/formatted_text.ts";
import type { Command } from "./command.ts";

export const rich: Command = ({ preferences, by, args, texts: { delivery } }) => {
  const wanted = args.toLowerCase();
  if (wanted !== "on" && wanted !== "off") {
    const now = preferences.rich(by.chatId) ? delivery.richIsOn : delivery.richIsOff;
    return Promise.resolve(plainText(`${now}\n${delivery.richUsage}`));
  }
  preferences.setRich(by.chatId, wanted === "on");
  return Promise.resolve(plainText(
    wanted === "on"
      ? `${delivery.richSwitchedOn}\n\n${delivery.richWarning}`
      : delivery.richSwitchedOff,
  ));
};
