// Where a message is written: small values into a piece of a slab, large arrays by reference, so that they are not copied.
//
//   slab   | … earlier messages | 16 frame header | up to 16 call header | record, parts … | … zeros
//                                                                        ^ message offset 0
//
// A message's offset and its position in the slab differ by `shift`, which grows with what lies outside of the slab. Positions stay
// the same when the slab is exchanged for a larger one, so that slots can be filled in when their part is written.

import { aligned } from './layout.js';

const SLAB_BYTES = 1 << 16;
/** An array up to this is copied beside the rest. */
const LARGE_BYTES = 1 << 14;
/** In front of a message: a frame's header and a call's. */
export const LEAD_BYTES = 32;

/** A slab with less than this is used up. */
const LEAST_BYTES = 4096;
const MAX_MESSAGE_BYTES = 0xffffffff;
const encoder = new TextEncoder();

/** The slab that is not in use, and where it is free. A message that is given up leaves its slab to the garbage. */
let freeSlab = null;
let freeAt = 0;

export class Sink {
  constructor() {
    if (freeSlab === null || freeAt + LEAST_BYTES > freeSlab.bytes.length) {
      freeSlab = slabOf(SLAB_BYTES);
      freeAt = 0;
    }
    this.bytes = freeSlab.bytes;
    this.view = freeSlab.view;
    /** Bytes of the message so far. */
    this.end = 0;
    this.start = freeAt + LEAD_BYTES;
    this.shift = -this.start;
    /** What lies outside: an array, and the position in the slab in front of which it belongs. */
    this.large = null;
    freeSlab = null;
  }

  /** Room for a part; returns its offset. Its position is `offset - shift`, and what is there is zero. */
  reserve(bytes, alignment) {
    const at = aligned(this.end, alignment);
    this.end = at + bytes;
    if (this.end - this.shift > this.bytes.length) this.#grow(this.end - this.shift);
    return at;
  }

  #grow(least) {
    if (this.end > MAX_MESSAGE_BYTES) throw new RangeError(`a message of ${this.end} bytes; at most ${MAX_MESSAGE_BYTES} can be said`);
    const larger = slabOf(Math.max(least + (least >> 1), SLAB_BYTES));
    const from = this.start - LEAD_BYTES;
    larger.bytes.set(this.bytes.subarray(from, Math.min(this.bytes.length, least)), from);
    this.bytes = larger.bytes;
    this.view = larger.view;
  }

  /** Bytes as they are; returns their offset. */
  data(bytes, alignment) {
    if (bytes.length < LARGE_BYTES) {
      const at = this.reserve(bytes.length, alignment);
      this.bytes.set(bytes, at - this.shift);
      return at;
    }
    const at = this.reserve(0, alignment);
    this.large ??= [];
    this.large.push({ bytes, position: at - this.shift });
    this.end += bytes.length;
    this.shift += bytes.length;
    if (this.end > MAX_MESSAGE_BYTES) throw new RangeError(`a message of ${this.end} bytes; at most ${MAX_MESSAGE_BYTES} can be said`);
    return at;
  }

  /** A text as UTF-8; returns the count of its bytes, which are the message's last ones then. */
  text(text) {
    const { length } = text;
    if (3 * length >= LARGE_BYTES) {
      const encoded = encoder.encode(text);
      this.data(encoded, 1);
      return encoded.length;
    }
    const at = this.reserve(3 * length, 1);
    const position = at - this.shift;
    const { bytes } = this;
    let count = 0;
    for (; count < length && count < 64; count++) {
      const code = text.charCodeAt(count);
      if (code > 0x7f) break;
      bytes[position + count] = code;
    }
    if (count < length) {
      // What follows is zero again where the text was shorter than it might have been, for encodeInto writes whole characters only.
      count += encoder.encodeInto(count ? text.slice(count) : text, bytes.subarray(position + count, position + 3 * length)).written;
    }
    this.end = at + count;
    return count;
  }

  /** The message with `headerBytes` of the lead, and the sixteen of a frame in front: its pieces. The sink is used up. */
  finish(headerBytes) {
    const begin = this.start - headerBytes - 16;
    const end = this.end - this.shift;
    const pieces = [];
    let from = begin;
    for (const { bytes, position } of this.large ?? []) {
      if (position > from) pieces.push(this.bytes.subarray(from, position));
      pieces.push(bytes);
      from = position;
    }
    if (end > from) pieces.push(this.bytes.subarray(from, end));
    this.large = null;
    freeSlab = this;
    freeAt = aligned(end, 8);
    return pieces;
  }

  /** The message in one piece, by itself. */
  joined() {
    const [first, ...others] = this.finish(0);
    if (!others.length) return first.slice(16);
    const joined = new Uint8Array(this.end);
    let at = first.length - 16;
    joined.set(first.subarray(16));
    for (const each of others) {
      joined.set(each, at);
      at += each.length;
    }
    return joined;
  }
}

function slabOf(size) {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}
