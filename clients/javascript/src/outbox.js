// What waits to be sent over one connection, in four lanes. Within a lane the streams take turns, a piece each; the messages of a
// stream stay in order. Lane 0 goes before all others, which share the connection 8 : 4 : 1.

import { FIRST_PIECE, HEADER_BYTES, putHeader } from './frames.js';

const WEIGHTS = [0, 8, 4, 1];
const BATCH_BYTES = 64 << 10;

/** A message on its way out. The first of its pieces has room for a frame's header in front. */
export class OutgoingMessage {
  after = null;
  #taken = 0;
  #at = 0;

  constructor(kind, flags, lane, stream, pieces) {
    this.kind = kind;
    this.flags = flags;
    this.lane = lane;
    this.stream = stream;
    this.pieces = pieces;
    this.total = -HEADER_BYTES;
    for (const each of pieces) this.total += each.length;
  }

  /** Appends the next frame to `out`; returns its bytes. */
  frame(out, pieceBytes) {
    const { kind, flags, lane, stream, pieces, total } = this;
    if (total <= pieceBytes) {
      putHeader(pieces[0], 0, kind, flags, lane, stream, total, total);
      for (const each of pieces) out.push(each);
      this.#taken = total;
      return total + HEADER_BYTES;
    }
    if (!this.#taken) this.#at = HEADER_BYTES;
    const length = Math.min(pieceBytes, total - this.#taken);
    const header = new Uint8Array(HEADER_BYTES);
    putHeader(header, 0, kind, flags, lane, stream, length, total);
    out.push(header);
    this.#taken += length;
    for (let left = length; left; ) {
      const piece = pieces[0].subarray(this.#at, this.#at + left);
      if (piece.length) out.push(piece);
      left -= piece.length;
      this.#at += piece.length;
      if (this.#at === pieces[0].length) {
        pieces.shift();
        this.#at = 0;
      }
    }
    return length + HEADER_BYTES;
  }

  isTaken() {
    return this.#taken === this.total;
  }
}

/** The streams of one lane that wait, by their first message; each knows the one behind it. */
class LaneQueue {
  left = 0;
  #heads = [];
  #first = 0;
  #tails = new Map();

  isEmpty() {
    return this.#first === this.#heads.length;
  }

  add(message) {
    const before = this.#tails.get(message.stream);
    this.#tails.set(message.stream, message);
    if (before) before.after = message;
    else this.#heads.push(message);
  }

  turn() {
    const message = this.#heads[this.#first];
    this.#heads[this.#first++] = undefined;
    if (this.#first === this.#heads.length) {
      this.#heads.length = 0;
      this.#first = 0;
    } else if (this.#first === 1024) {
      this.#heads.splice(0, this.#first);
      this.#first = 0;
    }
    return message;
  }

  done(message) {
    if (!message.isTaken()) this.#heads.push(message);
    else if (message.after) this.#heads.push(message.after);
    else this.#tails.delete(message.stream);
  }
}

export class Outbox {
  waitingBytes = 0;
  pieceBytes = FIRST_PIECE;
  #lanes = WEIGHTS.map(() => new LaneQueue());
  #scheduled = false;
  #closed = false;

  /** `sent` is told when less waits. */
  constructor(carrier, sent) {
    this.carrier = carrier;
    this.sent = sent;
    carrier.onroom = () => this.flush();
  }

  add(message) {
    if (this.#closed) return;
    this.waitingBytes += message.total + HEADER_BYTES;
    this.#lanes[message.lane].add(message);
    if (this.#scheduled) return;
    // What is sent in one turn of the event loop leaves together.
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Sends what the carrier takes. */
  flush() {
    while (!this.#closed && this.waitingBytes && this.carrier.room) {
      const batch = [];
      let bytes = 0;
      while (bytes < BATCH_BYTES) {
        const lane = this.#next();
        if (!lane) break;
        const message = lane.turn();
        bytes += message.frame(batch, this.pieceBytes);
        if (message.isTaken()) this.waitingBytes -= message.total + HEADER_BYTES;
        lane.done(message);
      }
      this.carrier.write(batch, bytes);
    }
    this.sent();
  }

  /** Drops what waits, and takes no more. */
  close() {
    this.#closed = true;
    this.waitingBytes = 0;
    this.#lanes = WEIGHTS.map(() => new LaneQueue());
  }

  /** The control lane if anything waits there; otherwise the first that has some of its weight left. */
  #next() {
    if (!this.#lanes[0].isEmpty()) return this.#lanes[0];
    const waiting = this.#weighed();
    if (waiting) return waiting;
    this.#lanes.forEach((lane, index) => (lane.left = WEIGHTS[index]));
    return this.#weighed();
  }

  #weighed() {
    for (let i = 1; i < WEIGHTS.length; i++) {
      const lane = this.#lanes[i];
      if (lane.left > 0 && !lane.isEmpty()) {
        lane.left--;
        return lane;
      }
    }
    return null;
  }
}
