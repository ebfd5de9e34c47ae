/** The page's own files, as a part of the program: a finished executable carries them, too. */
import attachedCss from "./browser/attached.css" with { type: "text" };
import attachedJs from "./browser/attached.js" with { type: "text" };
import attachmentsJs from "./browser/attachments.js" with { type: "text" };
import chatListJs from "./browser/chat_list.js" with { type: "text" };
import chipsJs from "./browser/chips.js" with { type: "text" };
import commandMenuJs from "./browser/command_menu.js" with { type: "text" };
import composerCss from "./browser/composer.css" with { type: "text" };
import composerJs from "./browser/composer.js" with { type: "text" };
import domJs from "./browser/dom.js" with { type: "text" };
import formattedCss from "./browser/formatted.css" with { type: "text" };
import formattedTextJs from "./browser/formatted_text.js" with { type: "text" };
import frameJs from "./browser/frame.js" with { type: "text" };
import iconSvg from "./browser/icon.svg" with { type: "text" };
import indexHtml from "./browser/index.html" with { type: "text" };
import layoutCss from "./browser/layout.css" with { type: "text" };
import mainJs from "./browser/main.js" with { type: "text" };
import messageCss from "./browser/message.css" with { type: "text" };
import messageMenuJs from "./browser/message_menu.js" with { type: "text" };
import messageViewJs from "./browser/message_view.js" with { type: "text" };
import noticesCss from "./browser/notices.css" with { type: "text" };
import noticesJs from "./browser/notices.js" with { type: "text" };
import patternSvg from "./browser/pattern.svg" with { type: "text" };
import richBlocksJs from "./browser/rich_blocks.js" with { type: "text" };
import serverJs from "./browser/server.js" with { type: "text" };
import textPartsJs from "./browser/text_parts.js" with { type: "text" };
import themeCss from "./browser/theme.css" with { type: "text" };
import wordsJs from "./browser/words.js" with { type: "text" };

/** Texts by the names under which the page asks for them. */
export const ASSETS: ReadonlyMap<string, string> = new Map([
  ["attached.css", attachedCss],
  ["attached.js", attachedJs],
  ["attachments.js", attachmentsJs],
  ["chat_list.js", chatListJs],
  ["chips.js", chipsJs],
  ["command_menu.js", commandMenuJs],
  ["composer.css", composerCss],
  ["composer.js", composerJs],
  ["dom.js", domJs],
  ["formatted.css", formattedCss],
  ["formatted_text.js", formattedTextJs],
  ["frame.js", frameJs],
  ["icon.svg", iconSvg],
  ["index.html", indexHtml],
  ["layout.css", layoutCss],
  ["main.js", mainJs],
  ["message.css", messageCss],
  ["message_menu.js", messageMenuJs],
  ["message_view.js", messageViewJs],
  ["notices.css", noticesCss],
  ["notices.js", noticesJs],
  ["pattern.svg", patternSvg],
  ["rich_blocks.js", richBlocksJs],
  ["server.js", serverJs],
  ["text_parts.js", textPartsJs],
  ["theme.css", themeCss],
  ["words.js", wordsJs],
]);
