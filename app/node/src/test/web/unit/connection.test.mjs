// The connection: calls, credit, cancel, keep-alive and reconnecting, against a socket and a clock the test drives.

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { CallError, Connection } from '../../../main/resources/dev/psyne/node/page/connection.js';
import { decode, encode } from '../../../main/resources/dev/psyne/node/page/msgpack.js';

class FakeSocket {
  sent = [];
  closedWith = null;

  send(bytes) {
    this.sent.push(decode(bytes));
  }

  close(code) {
    this.closedWith = code;
  }

  says(message) {
    this.onmessage({ data: encode(message).buffer });
  }

  drops(code = 1006) {
    this.onclose({ code });
  }
}

let sockets;
let states;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  sockets = [];
  states = [];
});

function opened() {
  const connection = new Connection(() => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket;
  });
  connection.addEventListener('state', () => states.push(connection.state));
  connection.open();
  hello();
  return connection;
}

function hello(v = 1) {
  sockets.at(-1).says({ t: 'hello', v, node: 'psyne 0.1.0', services: [] });
}

test('a call sends its arguments and credit, streams items, grants and ends', async () => {
  const connection = opened();
  const items = [];
  const call = connection.call('vision.ask', { question: 'Why?' }, { credit: 8, onItem: item => items.push(item) });
  const [socket] = sockets;
  assert.deepEqual(socket.sent, [{ t: 'call', id: 1, method: 'vision.ask', args: { question: 'Why?' }, credit: 8 }]);
  socket.says({ t: 'item', id: 1, value: { text: 'a', index: 0 } });
  call.grant(1);
  assert.deepEqual(socket.sent.at(-1), { t: 'credit', id: 1, n: 1 });
  socket.says({ t: 'end', id: 1, value: { text: 'a' } });
  assert.deepEqual(await call.result, { text: 'a' });
  assert.deepEqual(items, [{ text: 'a', index: 0 }]);
  call.grant(1);
  assert.equal(socket.sent.length, 2, 'nothing is granted to a call that has ended');
});

test('calls at the same time are told apart by ids that grow', async () => {
  const connection = opened();
  const first = connection.call('a', {}, { credit: 1, onItem: () => {} });
  const second = connection.call('b', {}, { credit: 1, onItem: () => {} });
  assert.deepEqual(sockets[0].sent.map(({ id }) => id), [1, 2]);
  sockets[0].says({ t: 'end', id: 2, value: 'two' });
  sockets[0].says({ t: 'end', id: 1, value: 'one' });
  assert.deepEqual(await Promise.all([first.result, second.result]), ['one', 'two']);
});

test('an error of the node rejects the call with its code and sentence', async () => {
  const call = opened().call('a', {}, { credit: 1, onItem: () => {} });
  sockets[0].says({ t: 'error', id: 1, code: 'busy', message: 'the node is busy' });
  await assert.rejects(call.result, problem => problem instanceof CallError && problem.code === 'busy' && problem.message === 'the node is busy');
});

test('a cancelled call tells the node and hears nothing of what was under way', async () => {
  const items = [];
  const call = opened().call('a', {}, { credit: 1, onItem: item => items.push(item) });
  call.cancel();
  call.cancel();
  sockets[0].says({ t: 'item', id: 1, value: 1 });
  sockets[0].says({ t: 'end', id: 1, value: 1 });
  await assert.rejects(call.result, { code: 'cancelled' });
  assert.deepEqual(items, []);
  assert.deepEqual(sockets[0].sent.slice(1), [{ t: 'cancel', id: 1 }]);
});

test('a lost connection fails its calls, opens again after a pause and starts ids over', async () => {
  const connection = opened();
  const call = connection.call('a', {}, { credit: 1, onItem: () => {} });
  sockets[0].drops();
  await assert.rejects(call.result, { code: 'lost' });
  assert.throws(() => connection.call('a', {}, { credit: 1, onItem: () => {} }), { code: 'disconnected' });
  assert.equal(sockets.length, 1);
  mock.timers.tick(400);
  assert.equal(sockets.length, 2);
  hello();
  assert.deepEqual(states, ['connecting', 'open', 'lost', 'connecting', 'open']);
  connection.call('a', {}, { credit: 1, onItem: () => {} });
  assert.equal(sockets[1].sent[0].id, 1);
});

test('pauses between tries grow to eight seconds and end after sixty tries; retry starts over', () => {
  const connection = opened();
  sockets[0].drops();
  for (let tries = 0; connection.state !== 'gone'; tries++) {
    assert.ok(tries <= 60);
    const before = sockets.length;
    mock.timers.tick(Math.min(8000, 400 * 2 ** tries));
    assert.equal(sockets.length, before + 1, `try ${tries}`);
    sockets.at(-1).drops();
  }
  assert.equal(sockets.length, 61);
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 61);
  connection.retry();
  assert.equal(sockets.length, 62);
  hello();
  assert.equal(connection.state, 'open');
});

test('why the connection was lost is told: a busy node, or another version of the protocol', () => {
  const connection = opened();
  sockets[0].drops(1013);
  assert.equal(connection.reason, 'busy');
  mock.timers.tick(400);
  hello(2);
  assert.equal(connection.reason, 'version');
  assert.equal(connection.state, 'gone');
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 2, 'another version is not tried again by itself');
});

test('a peer that never says hello, or says nothing to a ping, is left', () => {
  const connection = opened();
  mock.timers.tick(15_000);
  assert.deepEqual(sockets[0].sent, [{ t: 'ping' }]);
  sockets[0].says({ t: 'pong' });
  mock.timers.tick(15_000);
  assert.equal(connection.state, 'open');
  mock.timers.tick(15_000);
  assert.equal(connection.state, 'lost');
  assert.equal(sockets[0].closedWith, 4008);
  mock.timers.tick(400);
  assert.equal(connection.state, 'connecting');
  mock.timers.tick(10_000);
  assert.equal(connection.state, 'lost');
});

test('a ping of the node is answered', () => {
  opened();
  sockets[0].says({ t: 'ping' });
  assert.deepEqual(sockets[0].sent, [{ t: 'pong' }]);
});

test('a broken frame closes the connection', async () => {
  for (const data of [new Uint8Array([0xc1]).buffer, new Uint8Array([0xc0]).buffer, encode({ a: 1 }).buffer, 'text']) {
    const connection = opened();
    const call = connection.call('a', {}, { credit: 1, onItem: () => {} });
    sockets.at(-1).onmessage({ data });
    assert.equal(sockets.at(-1).closedWith, 4002);
    assert.equal(connection.state, 'lost');
    await assert.rejects(call.result, { code: 'lost' });
  }
});

test('what an abandoned socket still says is ignored', () => {
  const connection = opened();
  sockets[0].drops();
  mock.timers.tick(400);
  hello();
  sockets[0].says({ t: 'ping' });
  sockets[0].drops();
  assert.equal(connection.state, 'open');
  assert.deepEqual(sockets[1].sent, []);
});
