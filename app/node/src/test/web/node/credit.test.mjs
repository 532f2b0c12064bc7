// Credit on a raw WebSocket against a running node: what is not granted is not sent, and a closed socket gives its place back.

import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { afterEach, before, test } from 'node:test';
import { decode, encode } from '../../../main/resources/dev/psyne/node/page/msgpack.js';
import { firstScene, socketUrl } from '../fixtures/node.mjs';
import { connect } from '../fixtures/websocket.mjs';

const CALLS_PER_CONNECTION = 32;
const PLENTY = 1000;

let scene;
let open = [];

before(async () => {
  scene = await firstScene();
});

afterEach(() => {
  for (const client of open.splice(0)) client.socket.cut();
});

/** A connection that keeps, for each call, its items and how it ended. */
class Client {
  calls = new Map();
  #lastId = 0;
  #wake = () => {};

  static async open() {
    const client = new Client();
    client.socket = await connect(socketUrl(), 'psyne.v1');
    client.socket.on('message', bytes => client.#receive(decode(bytes)));
    open.push(client);
    return client;
  }

  call(method, args, credit) {
    const call = { id: ++this.#lastId, items: [], end: null };
    this.calls.set(call.id, call);
    this.#send({ t: 'call', id: call.id, method, args, credit });
    return call;
  }

  ask(credit) {
    return this.call('vision.ask', { image: scene.bytes, question: scene.question }, credit);
  }

  grant(call, n) {
    this.#send({ t: 'credit', id: call.id, n });
  }

  cancel(call) {
    this.#send({ t: 'cancel', id: call.id });
  }

  /** Waits for something that messages bring about; the test runner's timeout bounds it. */
  async until(holds) {
    while (!holds()) await new Promise(resolve => (this.#wake = resolve));
  }

  /** Lets the node's own clock tick: its figures come every half second. */
  async ticks(count) {
    const watch = this.call('node.watch', {}, count);
    await this.until(() => watch.items.length === count);
    this.cancel(watch);
  }

  #send(message) {
    this.socket.send(encode(message));
  }

  #receive(message) {
    const call = this.calls.get(message.id);
    if (message.t === 'item') call.items.push(message.value);
    if (message.t === 'end' || message.t === 'error') call.end = message;
    this.#wake();
  }
}

const textOf = items => items.map(({ text }) => text).join('');

test('the node greets with its version and its methods', async () => {
  const socket = await connect(socketUrl(), 'psyne.v1');
  const hello = decode(await socket.next());
  socket.cut();
  assert.deepEqual([hello.t, hello.v], ['hello', 1]);
  assert.ok(hello.services.includes('vision.ask') && hello.services.includes('node.watch'));
});

test('a credit of eight brings eight tokens, or the whole answer where it is shorter', async () => {
  const client = await Client.open();
  const whole = client.ask(PLENTY);
  await client.until(() => whole.end);
  assert.equal(whole.end.t, 'end', whole.end.message);
  assert.equal(textOf(whole.items).trim(), whole.end.value.text.trim());
  assert.deepEqual(whole.items.map(({ index }) => index), whole.items.map((_, i) => i));

  const eight = client.ask(8);
  const expected = Math.min(8, whole.items.length);
  await client.until(() => eight.items.length === expected);
  await client.ticks(3);
  assert.equal(eight.items.length, expected);
  assert.equal(textOf(eight.items), textOf(whole.items.slice(0, expected)));
  if (whole.items.length > 8) assert.equal(eight.end, null);
});

test('without credit nothing comes; each grant brings exactly as many tokens', async () => {
  const client = await Client.open();
  const call = client.ask(0);
  await client.ticks(3);
  assert.deepEqual([call.items, call.end], [[], null]);
  client.grant(call, 1);
  await client.until(() => call.items.length === 1);
  await client.ticks(2);
  assert.equal(call.items.length, 1);
  client.grant(call, PLENTY);
  await client.until(() => call.end);
  assert.equal(textOf(call.items).trim(), call.end.value.text.trim());
});

test('answers that wait for credit keep their places, and a closed socket gives them back', async () => {
  const holder = await Client.open();
  for (let i = 0; i < Math.min(cpus().length, CALLS_PER_CONNECTION); i++) holder.ask(0);
  await holder.ticks(2);
  const next = await Client.open();
  const call = next.ask(PLENTY);
  await next.ticks(2);
  assert.deepEqual([call.items, call.end], [[], null], 'every place is held');
  holder.socket.cut();
  await next.until(() => call.end);
  assert.equal(call.end.t, 'end', call.end.message);
});

test('a cancelled answer gives its place back', async () => {
  const client = await Client.open();
  for (let i = 0; i < 2 * CALLS_PER_CONNECTION; i++) {
    const call = client.ask(0);
    client.cancel(call);
    const watch = client.call('node.watch', {}, 1);
    await client.until(() => watch.items.length === 1);
    client.cancel(watch);
  }
  const call = client.ask(PLENTY);
  await client.until(() => call.end);
  assert.equal(call.end.t, 'end', call.end.message);
});

test('a method or a question that does not exist is an error of its call alone', async () => {
  const client = await Client.open();
  const unknown = client.call('vision.aks', {}, 1);
  const empty = client.call('vision.ask', { image: scene.bytes, question: '' }, 1);
  const broken = client.call('vision.ask', { image: new Uint8Array([1, 2, 3]), question: 'What?' }, 1);
  await client.until(() => unknown.end && empty.end && broken.end);
  assert.equal(unknown.end.code, 'method_not_found');
  assert.equal(empty.end.t, 'error');
  assert.equal(broken.end.t, 'error');
  for (const { end } of [unknown, empty, broken]) assert.ok(end.message.length > 10);
  await client.ticks(1);
});

test('a frame that is not a message closes the connection with 1002', async () => {
  const client = await Client.open();
  const closed = new Promise(resolve => client.socket.on('close', resolve));
  client.socket.send(new Uint8Array([0xc1]));
  assert.equal(await closed, 1002);
});
