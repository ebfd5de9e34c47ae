/** Makes entities nest, as the server does, without refusing any. */
import { type Entity, entityEnd } from "./entities.ts";

const QUOTES = new Set(["blockquote", "expandable_blockquote"]);
/** These may be cut into pieces; all others are kept whole or dropped. */
const SPLITTABLE = ["bold", "italic", "underline", "strikethrough", "spoiler"];
const CODE = new Set(["code", "pre"]);

/**
 * Returns entities that nest, in the order in which the server lists them.
 *
 * A quote holds anything but a quote. Code holds nothing and lies in nothing but a quote. Of two
 * other entities that cannot be cut, the earlier and longer one stays. Styles are cut at the edges
 * of what they cross.
 */
export function repairNesting(entities: readonly Entity[]): readonly Entity[] {
  const quotes = withoutOverlaps(entities.filter((entity) => QUOTES.has(entity.type)));
  const whole = withoutOverlaps(
    entities.filter((entity) => !QUOTES.has(entity.type) && !SPLITTABLE.includes(entity.type)),
  ).filter((entity) => !quotes.some((quote) => crosses(entity, quote) || wraps(entity, quote)));
  const kept = [...quotes, ...whole];
  for (const type of SPLITTABLE) {
    const ranges = merged(entities.filter((entity) => entity.type === type));
    kept.push(...ranges.flatMap((range) => pieces(range, kept)));
  }
  return inOrder(kept);
}

/** Sorts by position, longer first; of equal ones code comes before links, and both before styles. */
export function inOrder(entities: readonly Entity[]): readonly Entity[] {
  return entities.toSorted((one, other) =>
    one.offset - other.offset || other.length - one.length || rank(one) - rank(other)
  );
}

function rank(entity: Entity): number {
  if (QUOTES.has(entity.type)) return 0;
  if (CODE.has(entity.type)) return 1;
  return SPLITTABLE.includes(entity.type) ? 3 : 2;
}

function withoutOverlaps(entities: readonly Entity[]): readonly Entity[] {
  const kept: Entity[] = [];
  for (const entity of inOrder(entities)) {
    const last = kept.at(-1);
    if (last === undefined || entity.offset >= entityEnd(last)) kept.push(entity);
  }
  return kept;
}

function crosses(one: Entity, other: Entity): boolean {
  const apart = entityEnd(one) <= other.offset || entityEnd(other) <= one.offset;
  return !apart && !contains(one, other) && !contains(other, one);
}

function contains(outer: Entity, inner: Entity): boolean {
  return outer.offset <= inner.offset && entityEnd(outer) >= entityEnd(inner);
}

function wraps(outer: Entity, inner: Entity): boolean {
  return contains(outer, inner) && !contains(inner, outer);
}

/** Joins the ranges of one style that touch or overlap. */
function merged(entities: readonly Entity[]): readonly Entity[] {
  const ranges: Entity[] = [];
  for (const entity of inOrder(entities)) {
    const last = ranges.at(-1);
    if (last !== undefined && entity.offset <= entityEnd(last)) {
      const end = Math.max(entityEnd(last), entityEnd(entity));
      ranges[ranges.length - 1] = { ...last, length: end - last.offset };
    } else {
      ranges.push(entity);
    }
  }
  return ranges;
}

/** Cuts a style around code and at the edges of what it crosses. */
function pieces(range: Entity, others: readonly Entity[]): readonly Entity[] {
  const code = others.find((other) => CODE.has(other.type) && contains(other, range));
  if (code !== undefined) return [];
  const obstacle = others.find((other) =>
    crosses(range, other) || (CODE.has(other.type) && contains(range, other))
  );
  if (obstacle === undefined) return [range];
  return cut(range, obstacle).flatMap((piece) => pieces(piece, others));
}

function cut(range: Entity, obstacle: Entity): readonly Entity[] {
  const end = entityEnd(range);
  const edges = [obstacle.offset, entityEnd(obstacle)]
    .filter((edge) => edge > range.offset && edge < end);
  const starts = [range.offset, ...edges];
  return starts.map((offset, index) => ({
    ...range,
    offset,
    length: (starts[index + 1] ?? end) - offset,
  }));
}
