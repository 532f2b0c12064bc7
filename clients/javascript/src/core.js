// The calls of both sides over one connection, whatever carries it.

import { ConnectionLost, ProtocolError, RemoteError, remoteError } from './errors.js';
import * as frames from './frames.js';
import { CallbackMethod } from './methods.js';
import { OutgoingMessage, Outbox } from './outbox.js';
import { answer, answerCallback } from './serving.js';
import { Sink } from './sink.js';
import { IncomingCall, OutgoingCall } from './streams.js';
import { FAILURE_RECORD, HELLO_RECORD, VERSION } from './wire-records.js';

export const BUSY_RETRY_MILLIS = 100;
const MAX_DEADLINE_MILLIS = 0x7fffffff;
const MAX_PIECE_BYTES = 1 << 20;
const HIGH_WATER_BYTES = 256 << 10;
const MAX_FAILURE_CHARACTERS = 4096;

/**
 * What a callback in the arguments of one call stands for: `number` of a function that is lent, `callback` of one that was.
 */
export class References {
  numbers = null;

  constructor(core, codecs, call) {
    this.core = core;
    this.codecs = codecs;
    this.call = call;
  }

  number(given, type) {
    const number = this.core.lend(given, this.#method(type));
    (this.numbers ??= []).push(number);
    return number;
  }

  callback(number, type) {
    const { core, call } = this;
    const method = this.#method(type);
    return async (...args) => {
      if (call.over) throw call.error ?? new RemoteError('not_found', 'the call is over, and its callbacks with it');
      const made = core.beginCallback(number, call, method.writeArgument(args));
      return method.readResult(await made.answer());
    };
  }

  #method(type) {
    return type === null ? new CallbackMethod(null, null) : this.codecs.callback(type, () => new CallbackMethod(this.codecs, type));
  }
}

/** One connection of a client. */
export class Core {
  peer = null;
  /** Why it has ended, once it has. */
  error = null;
  /** Why it makes no more calls, once the node has said so. */
  leaving = null;
  outgoing = new Map();
  incoming = new Map();
  #callbacks = new Map();
  #peerMessageBytes;
  #nextStream = 1;
  #nextCallback = 1;
  #roomWaiting = [];
  #heard = performance.now();
  #asked = false;

  /** `events` has `greeted`, `ended(core)` and `failed(error, what)`; `provided` are this side's services by their numbers. */
  constructor(carrier, limits, provided, events) {
    this.carrier = carrier;
    this.limits = limits;
    this.provided = provided;
    this.events = events;
    this.#peerMessageBytes = limits.messageBytes;
    this.outbox = new Outbox(carrier, () => this.#roomier());
    this.reader = new frames.FrameReader(limits, (...message) => this.#handle(...message));
    carrier.ondata = (bytes, owned) => this.#received(bytes, owned);
    carrier.onend = (reason) => this.end(new ConnectionLost(reason));
    this.keeper = setInterval(() => this.#listen(), limits.pingSeconds * 500);
    this.keeper.unref?.();
  }

  /** Whether calls may be made. */
  get alive() {
    return this.error === null && this.leaving === null;
  }

  // Sending.

  /** Sends a message: what a sink holds, behind `headerBytes` of its lead that are written already; nothing without a sink. */
  send(kind, flags, lane, stream, sink, headerBytes = 0) {
    if (this.error !== null) return;
    const pieces = sink === null ? [new Uint8Array(frames.HEADER_BYTES)] : sink.finish(headerBytes);
    this.outbox.add(new OutgoingMessage(kind, flags, lane, stream, pieces));
  }

  sendHello({ name, token, workspace, clientId: client }) {
    const { messageBytes: maxMessageBytes, pieceBytes, calls: maxCalls } = this.limits;
    const hello = { version: VERSION, name, maxMessageBytes, pieceBytes, maxCalls, token, workspace, client };
    this.send(frames.HELLO, 0, frames.CONTROL_LANE, 0, HELLO_RECORD.sink(hello));
  }

  sendFailure(lane, stream, code, message, retryAfterMillis) {
    const failure = { code, message: message.slice(0, MAX_FAILURE_CHARACTERS), retryAfterMillis };
    this.send(frames.ERROR, 0, lane, stream, FAILURE_RECORD.sink(failure));
  }

  hasRoom() {
    return this.outbox.waitingBytes < HIGH_WATER_BYTES;
  }

  /** Until there may be room again. */
  room() {
    return new Promise((resolve) => this.#roomWaiting.push(resolve));
  }

  #roomier() {
    if (!this.#roomWaiting.length || (!this.hasRoom() && this.error === null)) return;
    for (const each of this.#roomWaiting.splice(0)) each();
  }

  // Calls of this side.

  /** Makes a call with the arguments that a sink holds. */
  begin(service, method, sink, { flags = 0, lane = frames.RPC_LANE, window = 0, timeout, signal, callbacks, what }) {
    const millis = millisOf(timeout);
    const call = this.#numbered(lane, window, sink.end + frames.CALL_HEADER_BYTES);
    call.what = what;
    call.callbacks = callbacks;
    const { view, start } = sink;
    const at = start - frames.CALL_HEADER_BYTES;
    view.setUint16(at, service, true);
    view.setUint16(at + 2, method, true);
    view.setUint32(at + 4, millis, true);
    view.setUint32(at + 8, window, true);
    view.setUint32(at + 12, 0, true);
    this.send(frames.CALL, flags, lane, call.number, sink, frames.CALL_HEADER_BYTES);
    if (millis) call.expire(millis, () => call.late());
    if (signal) call.heed(signal);
    return call;
  }

  beginCallback(number, of, sink) {
    const call = this.#numbered(of.lane, 0, sink.end + frames.CALLBACK_HEADER_BYTES);
    call.what = `callback ${number}`;
    const at = sink.start - frames.CALLBACK_HEADER_BYTES;
    sink.view.setUint32(at, number, true);
    sink.view.setUint32(at + 4, of.number, true);
    this.send(frames.CALLBACK, 0, of.lane, call.number, sink, frames.CALLBACK_HEADER_BYTES);
    const left = of.remaining();
    if (left !== undefined) call.expire(left * 1000, () => call.late());
    return call;
  }

  /** RemoteError if a message is longer than the other side takes, or more waits than may. */
  admit(size) {
    if (size > this.#peerMessageBytes) throw new RemoteError('too_large', `a message of ${size} bytes; the other side takes ${this.#peerMessageBytes}`);
    const { waitingBytes } = this.limits;
    if (this.outbox.waitingBytes + size > waitingBytes) {
      throw new RemoteError('unavailable', `${this.outbox.waitingBytes} bytes wait to be sent, and ${waitingBytes} may`, BUSY_RETRY_MILLIS);
    }
  }

  #numbered(lane, window, size) {
    if (this.error !== null) throw this.#lost();
    if (this.leaving !== null) throw this.leaving;
    const { calls } = this.limits;
    if (this.outgoing.size >= calls) throw new RemoteError('unavailable', `${calls} calls are under way, which is as many as there may be`, BUSY_RETRY_MILLIS);
    this.admit(size);
    if (this.#nextStream > frames.MAX_STREAM) throw new RemoteError('unavailable', 'the connection has made all the calls it can; connect again');
    const call = new OutgoingCall(this, this.#nextStream, lane, window);
    this.#nextStream += 2;
    this.outgoing.set(call.number, call);
    return call;
  }

  #lost() {
    return new ConnectionLost(`the connection has ended: ${this.error.message}`);
  }

  /** True for the one who ends it. */
  forgetOutgoing(call) {
    if (!this.outgoing.delete(call.number)) return false;
    for (const each of call.callbacks ?? []) this.#callbacks.delete(each);
    return true;
  }

  forgetIncoming(call) {
    if (!this.incoming.delete(call.number)) return false;
    call.over = true;
    return true;
  }

  /** Lends a function to the callee; returns its number. */
  lend(given, method) {
    if (this.#callbacks.size >= this.limits.calls) {
      throw new RemoteError('unavailable', `${this.limits.calls} callbacks are lent, which is as many as there may be`, BUSY_RETRY_MILLIS);
    }
    const number = this.#nextCallback++ >>> 0;
    this.#callbacks.set(number, { given, method });
    return number;
  }

  /** Takes back what was lent for a call that did not begin. */
  takeBack(numbers) {
    for (const each of numbers ?? []) this.#callbacks.delete(each);
  }

  // What comes.

  #received(bytes, owned) {
    if (this.error !== null) return;
    this.#heard = performance.now();
    this.#asked = false;
    try {
      this.reader.feed(bytes, owned);
    } catch (error) {
      this.#broken(error);
    }
  }

  /** The other side broke a rule: says so and ends the connection. */
  #broken(error) {
    const failure = { code: 'protocol_error', message: error.message.slice(0, 1024) };
    this.send(frames.GOAWAY, 0, frames.CONTROL_LANE, 0, FAILURE_RECORD.sink(failure));
    this.end(error);
  }

  /** Ends every call with the connection; the first reason counts. */
  end(error) {
    if (this.error !== null) return;
    this.outbox.flush();
    this.error = error;
    clearInterval(this.keeper);
    this.outbox.close();
    this.carrier.close();
    this.#roomier();
    for (const call of this.outgoing.values()) call.fail(this.#lost());
    for (const call of this.incoming.values()) call.stop(this.#lost());
    this.outgoing.clear();
    this.incoming.clear();
    this.#callbacks.clear();
    this.events.ended(this);
  }

  #listen() {
    const silence = (performance.now() - this.#heard) / 1000;
    if (silence > this.limits.silenceSeconds) {
      this.end(new ConnectionLost(`nothing was heard for ${silence.toFixed(1)} s`));
    } else if (silence >= this.limits.pingSeconds && !this.#asked) {
      this.#asked = true;
      this.send(frames.PING, 0, frames.CONTROL_LANE, 0, null);
    }
  }

  /** Takes one message; returns whether more are wanted. */
  #handle(kind, flags, lane, stream, payload) {
    if (this.peer === null && kind !== frames.HELLO && kind !== frames.GOAWAY) throw new ProtocolError(`a frame of kind ${kind} before HELLO`);
    switch (kind) {
      case frames.HELLO:
        this.#hello(payload);
        break;
      case frames.CALL:
        this.#call(flags, lane, stream, payload);
        break;
      case frames.ITEM:
        this.#underWay(stream)?.received(payload);
        break;
      case frames.END:
        this.#end(stream, payload);
        break;
      case frames.ERROR:
        this.#error(stream, payload);
        break;
      case frames.CREDIT:
        this.#underWay(stream)?.credited(payload);
        break;
      case frames.CANCEL:
        this.#cancel(stream);
        break;
      case frames.PING:
        this.#ping(payload);
        break;
      case frames.GOAWAY:
        this.leaving = remoteError(FAILURE_RECORD.decode(payload));
        if (this.peer === null) this.end(this.leaving);
        break;
      case frames.CALLBACK:
        this.#callback(lane, stream, payload);
        break;
    }
    return this.error === null;
  }

  #hello(payload) {
    if (this.peer !== null) throw new ProtocolError('a second HELLO');
    const peer = HELLO_RECORD.decode(payload);
    if (peer.version !== VERSION) throw new ProtocolError(`version ${peer.version} of the protocol; this is ${VERSION}`);
    if (peer.pieceBytes < 1 || peer.maxMessageBytes < 1) {
      throw new ProtocolError(`a HELLO with pieces of ${peer.pieceBytes} and messages of ${peer.maxMessageBytes} bytes`);
    }
    this.#peerMessageBytes = peer.maxMessageBytes;
    // A piece has the size that the receiver says, or that of the least; a large one would hold up the other lanes.
    this.outbox.pieceBytes = peer.pieceBytes <= MAX_PIECE_BYTES ? peer.pieceBytes : frames.FIRST_PIECE;
    this.peer = peer;
    this.events.greeted();
  }

  /** Whether a call of the other side's may begin. */
  #new(stream) {
    if (!stream || stream & 1 || this.incoming.has(stream)) throw new ProtocolError(`a call numbered ${stream}, which is in use or not the caller's to give`);
    const { calls } = this.limits;
    if (this.incoming.size < calls) return true;
    const message = `${calls} calls are under way, which is as many as there may be`;
    this.sendFailure(frames.CONTROL_LANE, stream, 'unavailable', message, BUSY_RETRY_MILLIS);
    return false;
  }

  #call(flags, lane, stream, payload) {
    const begin = frames.CALL_HEADER_BYTES + (flags & frames.CALL_TRACED ? frames.TRACE_BYTES : 0);
    if (payload.length < begin) throw new ProtocolError(`a call of ${payload.length} bytes is shorter than its header`);
    const service = payload[0] | (payload[1] << 8);
    const number = payload[2] | (payload[3] << 8);
    if (frames.get32(payload, 12)) throw new ProtocolError("reserved bytes of a call's header are not zero");
    if (!this.#new(stream)) return;
    const provided = this.provided.get(service);
    if (provided === undefined || number >= provided.methods.length) {
      this.sendFailure(frames.CONTROL_LANE, stream, 'not_found', `there is no service ${service} with a method ${number} here`);
      return;
    }
    const method = provided.method(number, flags & frames.CALL_NAMED);
    if (method === null) {
      const message = `service '${provided.name}' has no schema: it is called by name, with flag 4`;
      this.sendFailure(frames.CONTROL_LANE, stream, 'invalid_argument', message);
      return;
    }
    const streams = flags & frames.CALL_STREAMS;
    const call = new IncomingCall(this, stream, lane, frames.get32(payload, 8), streams ? frames.FIRST_CREDIT : 0);
    call.inputEnded = !streams;
    const deadline = frames.get32(payload, 4);
    if (deadline) call.expire(deadline, () => call.late());
    this.incoming.set(stream, call);
    answer(this, call, provided, number, method, payload.subarray(begin));
  }

  #callback(lane, stream, payload) {
    if (payload.length < frames.CALLBACK_HEADER_BYTES) throw new ProtocolError(`a callback of ${payload.length} bytes is shorter than its header`);
    if (!this.#new(stream)) return;
    const number = frames.get32(payload, 0);
    const found = this.#callbacks.get(number);
    if (found === undefined) {
      this.sendFailure(frames.CONTROL_LANE, stream, 'not_found', `callback ${number} is unknown, or its call is over`);
      return;
    }
    const call = new IncomingCall(this, stream, lane, 0, 0);
    this.incoming.set(stream, call);
    answerCallback(this, call, found.given, found.method, payload.subarray(frames.CALLBACK_HEADER_BYTES));
  }

  /** Undefined of a call that is over: what belongs to it was on its way. */
  #underWay(stream) {
    return stream & 1 ? this.outgoing.get(stream) : this.incoming.get(stream);
  }

  #end(stream, payload) {
    if (!(stream & 1)) {
      this.incoming.get(stream)?.inputOver();
      return;
    }
    const call = this.outgoing.get(stream);
    if (call !== undefined && this.forgetOutgoing(call)) call.succeed(payload);
  }

  #error(stream, payload) {
    const error = remoteError(FAILURE_RECORD.decode(payload));
    const call = this.#underWay(stream);
    if (call instanceof OutgoingCall) {
      this.forgetOutgoing(call);
      call.fail(error);
    } else if (call !== undefined) {
      this.forgetIncoming(call);
      call.stop(error);
    }
  }

  #cancel(stream) {
    if (stream & 1) throw new ProtocolError("a CANCEL frame for a call of the receiver's");
    const call = this.incoming.get(stream);
    if (call === undefined) return;
    this.forgetIncoming(call);
    call.stop(new RemoteError('cancelled', 'the caller wants nothing more'));
  }

  #ping(payload) {
    if (payload.length > frames.MAX_PING_BYTES) throw new ProtocolError(`a ping of ${payload.length} bytes; it has up to ${frames.MAX_PING_BYTES}`);
    const sink = new Sink();
    sink.data(payload, 1);
    this.send(frames.PONG, 0, frames.CONTROL_LANE, 0, sink);
  }
}

/** Of a call's seconds; 0 without a deadline. */
function millisOf(seconds) {
  if (seconds === undefined || seconds === null) return 0;
  if (typeof seconds !== 'number' || !(seconds > 0)) throw new TypeError(`a timeout of ${String(seconds)}; it is seconds, and positive`);
  return Math.max(1, Math.min(Math.floor(seconds * 1000), MAX_DEADLINE_MILLIS));
}
