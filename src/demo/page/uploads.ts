/** Files that a person sends with the page, and files that the page shows. */
import { z } from "zod";
import type { PersonFile, PersonMessage } from "../bot_api/incoming.ts";
import { DOWNLOAD_LIMIT } from "../bot_api/files.ts";
import { CAPTION_LIMIT } from "../bot_api/text/formatted_text.ts";
import type { SeenFile } from "../bot_api/transcript.ts";
import type { PageChat } from "./page_chat.ts";

/** What a bot may fetch, and a little for what is around it. */
export const UPLOAD_LIMIT = DOWNLOAD_LIMIT + 64 * 1024;

const MOST_FILES = 10;
/** Kinds of pictures that a browser shows and that can do nothing. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

const fields = z.object({
  kind: z.enum(["document", "photo"]),
  caption: z.string().max(CAPTION_LIMIT),
  replyTo: z.coerce.number().int().positive().optional(),
  files: z.array(z.instanceof(File)).min(1).max(MOST_FILES),
});

/** Sends the files of the form as one message each; several make an album, as in Telegram. */
export async function receiveUpload(form: FormData, page: PageChat): Promise<unknown> {
  const { kind, caption, replyTo, files } = fields.parse({
    kind: form.get("kind"),
    caption: form.get("caption") ?? "",
    replyTo: form.get("replyTo") ?? undefined,
    files: form.getAll("file"),
  });
  const mediaGroupId = files.length > 1 ? { mediaGroupId: crypto.randomUUID() } : {};
  const messages: PersonMessage[] = await Promise.all(files.map(async (file, index) => ({
    from: page.person,
    ...mediaGroupId,
    ...(index === 0 && caption !== "" ? { text: caption } : {}),
    ...(replyTo === undefined ? {} : { replyTo }),
    [kind]: await personFile(file),
  })));
  return { ids: messages.map((message) => page.world.send(page.chat, message).id) };
}

async function personFile(file: File): Promise<PersonFile> {
  return {
    name: file.name,
    mimeType: file.type || "application/octet-stream",
    bytes: await file.bytes(),
  };
}

/** Pictures are shown, everything else is kept; nothing of it is ever taken for a page. */
export function fileResponse(file: SeenFile, isPhoto: boolean): Response {
  const shown = isPhoto && PICTURES.test(file.mimeType);
  const name = encodeURIComponent(file.name).replaceAll(/['()*]/g, percentEncoded);
  return new Response(file.bytes.slice(), {
    headers: {
      "content-type": shown ? file.mimeType : "application/octet-stream",
      "content-disposition": `${shown ? "inline" : "attachment"}; filename*=UTF-8''${name}`,
    },
  });
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
