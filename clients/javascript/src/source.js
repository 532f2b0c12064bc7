// A message that is read: its bytes, where the part before ended, and what callbacks and leases stand for.

import { BrokenMessageError } from './errors.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const SHORT_TEXT = 24;

export class Source {
  constructor(bytes, refs) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.size = bytes.length;
    this.cursor = 0;
    this.refs = refs;
  }

  /** Takes the part of `bytes` bytes at `at`: it begins behind the part before, where it may, and ends in the message. */
  take(where, at, count, bytes, alignment) {
    if (!count || at < this.cursor || at + bytes > this.size || at & (alignment - 1)) throw this.#misplaced(where, at, count, bytes, alignment);
    this.cursor = at + bytes;
  }

  #misplaced(where, at, count, bytes, alignment) {
    if (!count) return new BrokenMessageError(where, `what is empty has a slot of zeros, not one at ${at}`);
    if (at < this.cursor) return new BrokenMessageError(where, `begins at ${at}, but what is in front of it ends at ${this.cursor}`);
    if (at + bytes > this.size) return new BrokenMessageError(where, `a part of ${bytes} bytes at ${at} is not in the message, which has ${this.size}`);
    return new BrokenMessageError(where, `begins at ${at}; it must be a multiple of ${alignment}`);
  }

  text(where, at, end) {
    const { bytes } = this;
    return textOf(bytes, at, end) ?? broken(where);
  }
}

function broken(where) {
  throw new BrokenMessageError(where, 'is not UTF-8');
}

/** A text, null if it is not UTF-8. */
export function textOf(bytes, at, end) {
  if (end - at <= SHORT_TEXT) {
    let text = '';
    let i = at;
    for (; i < end && bytes[i] < 0x80; i++) text += String.fromCharCode(bytes[i]);
    if (i === end) return text;
  }
  try {
    return decoder.decode(bytes.subarray(at, end));
  } catch {
    return null;
  }
}
