/** Files that are dragged onto the page. */
import { make } from "./dom.js";
import { words } from "./words.js";

/** @param {(files: File[], kind: "document" | "photo") => void} take */
export function acceptDrops(take) {
  const sheet = make("div", { class: "drop", hidden: true }, make("span", {}, words.drop));
  document.body.append(sheet);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    sheet.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) sheet.hidden = true;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    sheet.hidden = true;
    const files = [...event.dataTransfer?.files ?? []];
    const pictures = files.every(({ type }) => type.startsWith("image/"));
    if (files.length > 0) take(files, pictures ? "photo" : "document");
  });
}
