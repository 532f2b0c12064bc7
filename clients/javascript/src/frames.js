// Frames of docs/protocol-v2.md: what their header says, and how messages are made of the bytes that come.
//
//  0      1       2      3   4         8          12         16
// +------+-------+------+---+---------+----------+----------+---------
// | kind | flags | lane | 0 | stream  | length   | total    | payload
// +------+-------+------+---+---------+----------+----------+---------

import { ProtocolError } from './errors.js';
import { MESSAGE_ALIGNMENT, PART_ALIGNMENT, aligned } from './layout.js';

export const [HELLO, CALL, ITEM, END, ERROR, CREDIT, CANCEL, PING, PONG, GOAWAY, CALLBACK] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
export const CALL_STREAMS = 1;
export const CALL_TRACED = 2;
export const CALL_NAMED = 4;
export const CONTROL_LANE = 0;
export const RPC_LANE = 1;
export const STREAM_LANE = 2;
export const BULK_LANE = 3;

export const HEADER_BYTES = 16;
export const CALL_HEADER_BYTES = 16;
export const TRACE_BYTES = 32;
export const CALLBACK_HEADER_BYTES = 8;
export const ITEM_COST = 16;
export const FIRST_CREDIT = 65536;
export const FIRST_PIECE = 65536;
export const MAX_PING_BYTES = 64;
export const MAX_STREAM = 0x7fffffff;

/** Bounds of a connection, in bytes, calls, services and seconds; checked before memory is taken. */
export const LIMITS = {
  messageBytes: 64 << 20,
  pieceBytes: 256 << 10,
  assemblingBytes: 256 << 20,
  calls: 4096,
  services: 1024,
  waitingBytes: 64 << 20,
  windowBytes: 1 << 20,
  pingSeconds: 20,
  silenceSeconds: 40,
};

/** A message up to this is copied into a pool, so that what is kept of it does not keep all that came with it. */
const SMALL_BYTES = 4096;
const POOL_BYTES = 8192;

export function putHeader(bytes, at, kind, flags, lane, stream, length, total) {
  bytes[at] = kind;
  bytes[at + 1] = flags;
  bytes[at + 2] = lane;
  bytes[at + 3] = 0;
  put32(bytes, at + 4, stream);
  put32(bytes, at + 8, length);
  put32(bytes, at + 12, total);
}

export function put32(bytes, at, value) {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

export function get32(bytes, at) {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

/** Bytes in front of what is aligned in a message. */
function leadOf(kind, flags) {
  if (kind === CALL) return flags & CALL_TRACED ? CALL_HEADER_BYTES + TRACE_BYTES : CALL_HEADER_BYTES;
  return kind === CALLBACK ? CALLBACK_HEADER_BYTES : 0;
}

/** Makes messages of bytes that come in parts of any size. */
export class FrameReader {
  #left = new Uint8Array(0);
  #assemblies = new Map();
  #assembling = 0;
  /** The message whose piece is coming, and how much of the piece is missing. */
  #current = null;
  #missing = 0;
  #pool = new Uint8Array(0);
  #poolAt = 0;

  /** `take` is given every whole message: kind, flags, lane, stream, payload. It returns false if nothing more is wanted. */
  constructor(limits, take) {
    this.limits = limits;
    this.take = take;
    this.leastPieceBytes = Math.min(FIRST_PIECE, limits.pieceBytes);
  }

  /** Some bytes; ProtocolError if they break a rule. `owned` says that nobody else will write where they lie. */
  feed(chunk, owned) {
    let bytes = chunk;
    if (this.#left.length) {
      bytes = new Uint8Array(this.#left.length + chunk.length);
      bytes.set(this.#left);
      bytes.set(chunk, this.#left.length);
      this.#left = new Uint8Array(0);
    }
    let at = 0;
    if (this.#missing) {
      at = Math.min(this.#missing, bytes.length);
      if (!this.#filled(bytes.subarray(0, at))) return;
    }
    while (bytes.length - at >= HEADER_BYTES) {
      const next = this.#frame(bytes, at, owned || bytes !== chunk);
      if (next === at) break;
      if (next < 0) return;
      at = next;
    }
    if (at < bytes.length) this.#left = new Uint8Array(bytes.subarray(at));
  }

  /** Takes the frame at `at`; returns where the next begins, the same if bytes are missing, -1 if nothing more is wanted. */
  #frame(bytes, at, owned) {
    const kind = bytes[at];
    const flags = bytes[at + 1];
    const lane = bytes[at + 2];
    const stream = get32(bytes, at + 4);
    const length = get32(bytes, at + 8);
    const total = get32(bytes, at + 12);
    this.#check(kind, flags, lane, bytes[at + 3], stream, length, total);
    const begin = at + HEADER_BYTES;
    const end = begin + length;
    if (length === total) {
      const small = length <= SMALL_BYTES;
      if (small && end > bytes.length) return at;
      if (small || (owned && end <= bytes.length && (bytes.byteOffset + begin) % PART_ALIGNMENT === 0)) {
        if (this.#assemblies.size && this.#assemblies.has(4 * stream + lane)) throw another(stream);
        const payload = small ? this.#pooled(bytes, begin, end, leadOf(kind, flags)) : bytes.subarray(begin, end);
        return this.take(kind, flags, lane, stream, payload) === false ? -1 : end;
      }
    }
    this.#begun(kind, flags, lane, stream, length, total);
    const taken = Math.min(length, bytes.length - begin);
    return this.#filled(bytes.subarray(begin, begin + taken)) ? begin + taken : -1;
  }

  #check(kind, flags, lane, reserved, stream, length, total) {
    if (!kind || kind > CALLBACK || (flags && (kind !== CALL || flags > 7)) || lane > 3 || reserved) {
      throw new ProtocolError(`a frame of kind ${kind} with flags ${flags} in lane ${lane}${reserved ? ', whose reserved byte is not zero' : ''}`);
    }
    const { pieceBytes, messageBytes } = this.limits;
    if (stream > MAX_STREAM || length > pieceBytes || length > total || total > messageBytes) {
      const what = `a frame of stream ${stream} with ${length} bytes of a message of ${total}`;
      throw new ProtocolError(`${what}; a piece has up to ${pieceBytes}, a message up to ${messageBytes}`);
    }
  }

  #pooled(bytes, begin, end, lead) {
    let at = aligned(this.#poolAt + lead, MESSAGE_ALIGNMENT) - lead;
    if (at + end - begin > this.#pool.length) {
      this.#pool = new Uint8Array(POOL_BYTES);
      at = aligned(lead, MESSAGE_ALIGNMENT) - lead;
    }
    this.#poolAt = at + end - begin;
    const payload = this.#pool.subarray(at, this.#poolAt);
    payload.set(bytes.subarray(begin, end));
    return payload;
  }

  /** A piece of a message begins. */
  #begun(kind, flags, lane, stream, length, total) {
    const key = 4 * stream + lane;
    let assembly = this.#assemblies.get(key);
    if (assembly === undefined) {
      assembly = this.#assembly(kind, flags, lane, stream, total);
      this.#assemblies.set(key, assembly);
    } else if (assembly.kind !== kind || assembly.flags !== flags || assembly.payload.length !== total || length > total - assembly.filled) {
      throw another(stream);
    }
    if (length < this.leastPieceBytes && assembly.filled + length < total) {
      throw new ProtocolError(`a piece of ${length} bytes that is not the last; it has at least ${this.leastPieceBytes}`);
    }
    this.#current = assembly;
    this.#missing = length;
  }

  #assembly(kind, flags, lane, stream, total) {
    const { assemblingBytes } = this.limits;
    if (this.#assembling + total > assemblingBytes) {
      const what = `a message of ${total} bytes on stream ${stream} while ${this.#assembling} are under way`;
      throw new ProtocolError(`${what}; at most ${assemblingBytes} may be`);
    }
    this.#assembling += total;
    const lead = leadOf(kind, flags);
    const begin = aligned(lead, MESSAGE_ALIGNMENT) - lead;
    return { kind, flags, lane, stream, payload: new Uint8Array(new ArrayBuffer(begin + total), begin), filled: 0 };
  }

  /** Bytes of the piece under way; false if nothing more is wanted. */
  #filled(bytes) {
    const assembly = this.#current;
    assembly.payload.set(bytes, assembly.filled);
    assembly.filled += bytes.length;
    this.#missing -= bytes.length;
    if (this.#missing) return true;
    this.#current = null;
    const { kind, flags, lane, stream, payload, filled } = assembly;
    if (filled < payload.length) return true;
    this.#assemblies.delete(4 * stream + lane);
    this.#assembling -= payload.length;
    return this.take(kind, flags, lane, stream, payload) !== false;
  }
}

function another(stream) {
  return new ProtocolError(`stream ${stream} begins another message before the last has ended`);
}
