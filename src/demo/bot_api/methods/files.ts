/** getFile. */
import { badRequest } from "../api_error.ts";
import { DOWNLOAD_LIMIT } from "../files.ts";
import type { Json } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

export const FILE_METHODS: MethodTable = {
  getFile: { parameters: ["file_id"], run: getFile },
};

function getFile({ account, parameters }: MethodCall): Json {
  const id = parameters.text("file_id");
  if (id === "") throw badRequest("file_id not specified");
  if (!/^[A-Za-z0-9_-]{10,}$/.test(id)) throw badRequest("invalid file_id");
  const file = account.files.byId(id);
  if (file === undefined) {
    throw badRequest("wrong file_id or the file is temporarily unavailable");
  }
  if (file.size > DOWNLOAD_LIMIT) throw badRequest("file is too big");
  return {
    file_id: file.id,
    file_unique_id: file.uniqueId,
    file_size: file.size,
    file_path: file.path,
  };
}
