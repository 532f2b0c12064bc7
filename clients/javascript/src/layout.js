// Where the fields of a record lie in its fixed part: the numbers of docs/schema.md, section Layout.

import { SCALARS } from './definitions.js';

export const MESSAGE_ALIGNMENT = 64;
export const PART_ALIGNMENT = 8;
export const SLOT_BYTES = 8;
export const SLOT_ALIGNMENT = 4;
export const MAX_DEPTH = 32;
export const MAX_RANK = 8;
export const MAX_DIMENSION = 0x7fffffff;
const PRESENCE_BITS = 32;
const PRESENCE_BYTES = 4;

/** Whether a type lies in its slot as a whole; every other has a part behind the record. */
export function isFixed(type, definitions) {
  return type.kind === 'scalar' || type.kind === 'callback' || (type.kind === 'named' && definitions.get(type.name).kind === 'enum');
}

/** Bytes and alignment of a slot. */
export function slotOf(type, definitions) {
  if (type.kind === 'scalar') return { bytes: SCALARS[type.word], alignment: SCALARS[type.word] };
  return { bytes: isFixed(type, definitions) ? SLOT_ALIGNMENT : SLOT_BYTES, alignment: SLOT_ALIGNMENT };
}

/**
 * Slots in the order of the fields' numbers: `mask` is 0 where the field is always there, otherwise its bit in the presence word
 * at `presenceAt`.
 */
export function layoutOf(fields, definitions) {
  let end = 4;
  let required = 4;
  let optionals = 0;
  let presenceAt = 0;
  const slots = fields.map((field) => {
    let mask = 0;
    if (field.optional) {
      if (optionals % PRESENCE_BITS === 0) {
        presenceAt = aligned(end, PRESENCE_BYTES);
        end = presenceAt + PRESENCE_BYTES;
      }
      mask = (1 << optionals++ % PRESENCE_BITS) >>> 0;
    }
    const { bytes, alignment } = slotOf(field.type, definitions);
    const at = aligned(end, alignment);
    end = at + bytes;
    if (!field.optional) required = end;
    return { field, at, bytes, presenceAt, mask };
  });
  return { slots, fixedBytes: aligned(end, PART_ALIGNMENT), requiredBytes: Math.max(required, PART_ALIGNMENT) };
}

/** The next multiple of an alignment, which is a power of two. */
export function aligned(at, alignment) {
  return at + (-at & (alignment - 1));
}
