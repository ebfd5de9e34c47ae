/** A formatted stretch of a text. Offsets and lengths count UTF-16 units, as in JavaScript. */
import { compact, type Json, type JsonObject } from "../wire.ts";

export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  /** The fields that only this type has (`url`, `language`, `user`, …), as on the wire. */
  readonly details: JsonObject;
}

export function entityEnd(entity: Entity): number {
  return entity.offset + entity.length;
}

export function entityToWire(entity: Entity): Json {
  return {
    ...compact({ type: entity.type, offset: entity.offset, length: entity.length }),
    ...entity.details,
  };
}
