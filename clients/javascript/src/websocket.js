// A WebSocket with the subprotocol psyne.v2: binary messages of whole frames.

import { ConnectionLost } from './errors.js';

const SUBPROTOCOL = 'psyne.v2';
const HIGH_WATER_BYTES = 1 << 20;
/** A WebSocket does not tell when it has sent; it is asked. */
const ROOM_MILLIS = 4;

/** Frames over a WebSocket. `ondata`, `onroom` and `onend` are told what happens. */
class WebSocketCarrier {
  ondata = null;
  onroom = null;
  onend = null;
  #asking = null;

  constructor(socket) {
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.ondata?.(new Uint8Array(data), true);
      else this.onend?.('a text came, where frames are binary');
    };
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => this.onend?.(`the WebSocket was closed with ${code}${reason ? ` ${reason}` : ''}`);
  }

  get room() {
    if (this.socket.bufferedAmount < HIGH_WATER_BYTES) return true;
    this.#asking ??= setTimeout(() => {
      this.#asking = null;
      this.onroom?.();
    }, ROOM_MILLIS);
    return false;
  }

  write(pieces, size) {
    // What was closed under way drops it, as the connection's end says.
    if (this.socket.readyState !== 1) return;
    if (pieces.length === 1) {
      this.socket.send(pieces[0]);
      return;
    }
    const message = new Uint8Array(size);
    let at = 0;
    for (const each of pieces) {
      message.set(each, at);
      at += each.length;
    }
    this.socket.send(message);
  }

  close() {
    clearTimeout(this.#asking);
    this.socket.close();
  }
}

/**
 * Connects within some seconds; ConnectionLost if there is nobody. The node wants a token with the handshake, where a WebSocket has
 * no headers to give: in the address.
 */
export function connectWebSocket(url, token, seconds, type = globalThis.WebSocket) {
  if (type === undefined) {
    const cure = "node has it from 22 on; here give the option WebSocket, such as that of the package 'ws', or connect to tcp://host:port";
    throw new ConnectionLost(`${url} wants a WebSocket: ${cure}`);
  }
  const address = new URL(url);
  if (token !== undefined) address.searchParams.set('token', token);
  return new Promise((resolve, reject) => {
    const socket = new type(address.href, [SUBPROTOCOL]);
    socket.binaryType = 'arraybuffer';
    const failed = (reason) => {
      clearTimeout(timer);
      socket.onclose = socket.onopen = null;
      socket.close();
      reject(new ConnectionLost(`${url} cannot be reached: ${reason}`));
    };
    const timer = setTimeout(() => failed(`nobody answered within ${seconds} s`), seconds * 1000);
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => failed(`it was closed with ${code}${reason ? ` ${reason}` : ''}`);
    socket.onopen = () => {
      clearTimeout(timer);
      if (socket.protocol !== SUBPROTOCOL) failed(`it does not speak ${SUBPROTOCOL}`);
      else resolve(new WebSocketCarrier(socket));
    };
  });
}
