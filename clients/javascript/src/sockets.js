// A byte stream of node's: tcp and Unix sockets. Loaded when an address wants it, by a name that packers for the browser do not follow.

import { ConnectionLost } from './errors.js';

const NET = 'node:net';
const READ_BYTES = 64 << 10;
/** How long the other side may take to read what was written before it was closed. */
const CLOSE_MILLIS = 1000;
const SMALL_BYTES = 4096;

/** Frames over a socket. `ondata`, `onroom` and `onend` are told what happens. */
class SocketCarrier {
  ondata = null;
  onroom = null;
  onend = null;
  /** Whether more may be written now. */
  room = true;

  attach(socket) {
    this.socket = socket;
    socket.on('drain', () => {
      this.room = true;
      this.onroom?.();
    });
    socket.on('error', (error) => this.onend?.(error.message));
    socket.on('close', () => this.onend?.('the other side has closed it'));
  }

  write(pieces) {
    const { socket } = this;
    if (pieces.length === 1) {
      this.room = socket.write(pieces[0]);
      return;
    }
    socket.cork();
    for (const each of joined(pieces)) socket.write(each);
    socket.uncork();
    this.room = !socket.writableNeedDrain;
  }

  /** What has been written still leaves. */
  close() {
    this.socket.destroySoon();
    setTimeout(() => this.socket.destroy(), CLOSE_MILLIS).unref();
  }
}

/** The same bytes in fewer pieces: a write costs more than a copy of a little. */
function joined(pieces) {
  let small = 0;
  for (const each of pieces) if (each.length <= SMALL_BYTES) small += each.length;
  if (!small) return pieces;
  const memory = new Uint8Array(small);
  const found = [];
  let begin = 0;
  let at = 0;
  for (const each of pieces) {
    if (each.length <= SMALL_BYTES) {
      memory.set(each, at);
      at += each.length;
      continue;
    }
    if (at > begin) found.push(memory.subarray(begin, at));
    found.push(each);
    begin = at;
  }
  if (at > begin) found.push(memory.subarray(begin, at));
  return found;
}

/** Connects within some seconds; ConnectionLost if there is nobody. */
export async function connectSocket(address, seconds, url) {
  const net = await import(/* webpackIgnore: true */ /* @vite-ignore */ NET).catch(() => {
    throw new ConnectionLost(`${url} wants the sockets of node; in a browser connect to ws://host:port/psyne`);
  });
  const carrier = new SocketCarrier();
  return new Promise((resolve, reject) => {
    const buffer = new Uint8Array(READ_BYTES);
    const callback = (count, bytes) => {
      carrier.ondata?.(bytes.subarray(0, count), false);
      return true;
    };
    const socket = net.connect({ ...address, noDelay: true, onread: { buffer, callback } });
    const failed = (error) => {
      socket.destroy();
      reject(new ConnectionLost(`${url} cannot be reached: ${error.message}`));
    };
    const timer = setTimeout(() => failed(new Error(`nobody answered within ${seconds} s`)), seconds * 1000);
    socket.once('error', failed);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      carrier.attach(socket);
      resolve(carrier);
    });
    socket.once('close', () => clearTimeout(timer));
  });
}
