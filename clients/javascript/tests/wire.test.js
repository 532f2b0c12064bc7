// The wire of docs/protocol-v2.md, frame by frame: a peer of plain sockets, whose frames are written by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenMessageError, ConnectionLost, DeadlineExceeded, PsyneError, connectToServer, withOptions } from '../src/index.js';
import { CALL, CALLBACK, CANCEL, CREDIT, END, ERROR, GOAWAY, HELLO, ITEM, PING, PONG } from '../src/frames.js';
import { CONNECTION_METHODS, OFFER, SERVICES } from '../src/services.js';
import { FAILURE_RECORD } from '../src/wire-records.js';
import { Seeded } from './goldens.js';
import { failure, frame } from './relay.js';
import { ECHO, WireNode, callHeader, header, hello } from './wire-node.js';

/** A test with a node and a client of it; `bound` gives the service that the node says it has. */
function wired(name, run, { node: nodeOptions, ...options } = {}) {
  test(name, { timeout: 20_000 }, async () => {
    const node = await new WireNode().listen(nodeOptions);
    const server = await connectToServer({ server_url: node.url, onFailure: () => {}, ...options });
    await node.greeted;
    const bound = async () => {
      const service = server.getService('T');
      await node.bind(1);
      return service;
    };
    try {
      await run({ node, server, bound });
    } finally {
      await server.close();
      await node.close();
    }
  });
}

function item(number) {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(16, 0);
  bytes.writeBigInt64LE(BigInt(number), 8);
  return bytes;
}

wired(
  'hello',
  ({ node }) =>
    assert.deepEqual(node.hello, {
      version: 2,
      name: 'n',
      maxMessageBytes: 64 << 20,
      pieceBytes: 256 << 10,
      maxCalls: 4096,
      token: 'secret',
      workspace: 'w',
      client: 'c',
    }),
  { token: 'secret', workspace: 'w', client_id: 'c', name: 'n' },
);

wired('a call byte by byte', async ({ node, bound }) => {
  const service = withOptions(await bound(), { timeout: 5 });
  const answer = service.echo(Buffer.from('abc'));
  const bytes = await node.read(16 + 16 + 19);
  assert.equal(bytes.subarray(0, 16).toString('hex'), '02000100030000002300000023000000');
  assert.deepEqual(callHeader(bytes.subarray(16)), [9, 0, 5000, 0, 0]);
  assert.equal(bytes.subarray(32).toString('hex'), '10000000100000000300000000000000' + '616263');
  for (const each of frame(END, 3, bytes.subarray(32), { lane: 1 })) node.raw(Buffer.from([each]));
  assert.deepEqual(Buffer.from(await answer), Buffer.from('abc'));
});

wired(
  'pieces',
  async ({ node, bound }) => {
    const service = await bound();
    const value = new Seeded(1).bytes(3500);
    const answer = service.echo(value);
    const frames = [await node.frame(), await node.frame(), await node.frame(), await node.frame()];
    assert.deepEqual(
      frames.map((each) => [each.kind, each.stream, each.payload.length, each.total]),
      [1000, 1000, 1000, 532].map((length) => [CALL, 3, length, 3532]),
    );
    const message = Buffer.concat(frames.map((each) => each.payload));
    assert.deepEqual(message.subarray(32), Buffer.from(value));
    const large = Buffer.concat([message.subarray(16, 32), new Seeded(2).bytes(700_000)]);
    large.writeUInt32LE(700_000, 8);
    node.send(END, 3, large.subarray(0, 262_144), { lane: 1, total: large.length });
    node.send(PING, 0, Buffer.from('between'));
    node.send(END, 3, large.subarray(262_144, 524_288), { lane: 1, total: large.length });
    node.send(END, 3, large.subarray(524_288), { lane: 1, total: large.length });
    assert.ok(Buffer.from(await answer).equals(large.subarray(16)));
    assert.equal((await node.expect(PONG, 0)).toString(), 'between');
  },
  { node: { piece: 1000 } },
);

wired(
  'the pieces of two messages take turns, and control goes before them',
  async ({ node, server, bound }) => {
    const service = await bound();
    service.echo(new Uint8Array(2500)).catch(() => {});
    service.echo(new Uint8Array(1500)).catch(() => {});
    withOptions(service, { timeout: 60 }).echo(new Uint8Array(10)).catch(() => {});
    const order = [];
    for (let i = 0; i < 6; i++) order.push((await node.frame()).stream);
    assert.deepEqual(order, [3, 5, 7, 3, 5, 3]);
    const call = server.listServices();
    const found = await node.frame();
    node.send(END, found.stream, CONNECTION_METHODS[SERVICES].writeResult(['a']).joined(), { lane: 1 });
    assert.deepEqual(await call, ['a']);
  },
  { node: { piece: 1000 } },
);

wired(
  'credit is given and kept',
  async ({ node, bound }) => {
    const service = await bound();
    const answer = Array.fromAsync ? Array.fromAsync(service.items()) : listed(service.items());
    const { kind, flags, lane, stream, payload } = await node.frame();
    assert.deepEqual([kind, flags, lane, stream, callHeader(payload)], [CALL, 0, 2, 3, [9, 1, 0, 4096, 0]]);
    for (let i = 0; i < 128; i++) node.send(ITEM, 3, item(7), { lane: 2 });
    for (let granted = 0; granted < 4096; ) granted += (await node.expect(CREDIT, 3)).readUInt32LE(0);
    node.send(END, 3, undefined, { lane: 2 });
    assert.deepEqual(await answer, Array(128).fill(7n));
  },
  { limits: { windowBytes: 4096 } },
);

async function listed(items) {
  const found = [];
  for await (const each of items) found.push(each);
  return found;
}

wired('items without credit end the connection', async ({ node, bound }) => {
  const service = await bound();
  const call = service.echo(new Uint8Array(0));
  assert.equal((await node.frame()).kind, CALL);
  node.send(ITEM, 3, Buffer.alloc(16), { lane: 1 });
  const lost = assert.rejects(call, ConnectionLost);
  const goaway = FAILURE_RECORD.decode(await node.expect(GOAWAY, 0));
  assert.equal(goaway.code, 'protocol_error');
  assert.match(goaway.message, /credit/);
  assert.ok(await node.ended());
  await lost;
});

wired("the caller's items wait for credit", async ({ node, bound }) => {
  const service = await bound();
  const answer = service.take(Array.from({ length: 3000 }, (_, i) => i));
  const { kind, flags, stream } = await node.frame();
  assert.deepEqual([kind, flags, stream], [CALL, 1, 3]);
  for (let i = 0; i < 65536 / 32; i++) await node.expect(ITEM, 3);
  node.send(PING, 0, Buffer.from('nothing more comes'));
  await node.expect(PONG, 0);
  const credit = Buffer.alloc(4);
  credit.writeUInt32LE(1 << 20);
  node.send(CREDIT, 3, credit);
  for (let i = 65536 / 32; i < 3000; i++) await node.expect(ITEM, 3);
  assert.equal((await node.expect(END, 3)).length, 0);
  node.send(END, 3, item(42), { lane: 2 });
  assert.equal(await answer, 42n);
});

wired('a deadline cancels', async ({ node, bound }) => {
  const service = await bound();
  const late = assert.rejects(withOptions(service, { timeout: 0.01 }).echo(new Uint8Array(0)), DeadlineExceeded);
  assert.equal((await node.frame()).kind, CALL);
  assert.equal((await node.expect(CANCEL, 3)).length, 0);
  await late;
  node.send(END, 3, Buffer.from('late'), { lane: 1 });
  const answer = service.echo(Buffer.from('x'));
  node.send(END, 5, (await node.expect(CALL, 5)).subarray(16), { lane: 1 });
  assert.deepEqual([...(await answer)], [0x78]);
});

wired('a signal cancels behind the call', async ({ node, bound }) => {
  const service = await bound();
  const controller = new AbortController();
  const aborted = assert.rejects(withOptions(service, { signal: controller.signal }).echo(new Uint8Array(0)), { name: 'AbortError' });
  controller.abort();
  const found = [await node.frame(), await node.frame()];
  assert.deepEqual(found.map((each) => [each.kind, each.stream, each.lane]), [[CALL, 3, 1], [CANCEL, 3, 1]]);
  await aborted;
});

wired('broken answers and errors', async ({ node, bound }) => {
  const service = await bound();
  const broken = assert.rejects(service.echo(new Uint8Array(0)), (error) => error instanceof BrokenMessageError && /T.echo result/.test(error.message));
  await node.expect(CALL, 3);
  node.send(END, 3, Buffer.from('no record'), { lane: 1 });
  await broken;
  const busy = assert.rejects(service.echo(new Uint8Array(0)), { name: 'RemoteError', code: 'unavailable', message: 'busy', retryAfterMillis: 50 });
  await node.expect(CALL, 5);
  node.send(ERROR, 5, failure('unavailable', 'busy', 50));
  await busy;
});

wired('a call that the other side was too busy for is repeated', async ({ node, bound }) => {
  const service = withOptions(await bound(), { retries: 2, timeout: 20 });
  const answer = service.echo(Buffer.from('x'));
  for (const stream of [3, 5]) {
    await node.expect(CALL, stream);
    node.send(ERROR, stream, failure('unavailable', 'busy', 1));
  }
  const payload = await node.expect(CALL, 7);
  const left = callHeader(payload)[2];
  assert.ok(left > 0 && left <= 20_000, 'the deadline is that of all of them');
  node.send(END, 7, payload.subarray(16), { lane: 1 });
  assert.deepEqual([...(await answer)], [0x78]);
  for (const [stream, code, wait] of [[9, 'unavailable', undefined], [11, 'unavailable', 60_000], [13, 'failed', 1]]) {
    const refused = assert.rejects(service.echo(new Uint8Array(0)), { code });
    await node.expect(CALL, stream);
    node.send(ERROR, stream, failure(code, 'once', wait));
    await refused;
  }
  await assert.rejects(service.take([1]), { name: 'TypeError', message: /cannot be sent twice/ });
});

wired('a signal ends the wait for another try', async ({ node, bound }) => {
  const controller = new AbortController();
  const service = withOptions(await bound(), { retries: 1, signal: controller.signal });
  const aborted = assert.rejects(service.echo(new Uint8Array(0)), { message: 'enough' });
  await node.expect(CALL, 3);
  node.send(ERROR, 3, failure('unavailable', 'busy', 60_000));
  node.send(PING, 0);
  await node.expect(PONG, 0);
  setImmediate(() => controller.abort(new Error('enough')));
  await aborted;
});

wired('a stream ends with its error, behind the items that came', async ({ node, bound }) => {
  const service = await bound();
  const items = service.items()[Symbol.asyncIterator]();
  const first = items.next();
  await node.expect(CALL, 3);
  node.send(ITEM, 3, item(1), { lane: 2 });
  assert.deepEqual(await first, { value: 1n, done: false });
  node.send(ERROR, 3, failure('failed', 'halfway'));
  await assert.rejects(items.next(), { code: 'failed', message: 'halfway' });
});

wired('an item that is no item cancels its call', async ({ node, bound }) => {
  const service = await bound();
  const items = service.items()[Symbol.asyncIterator]();
  const first = assert.rejects(items.next(), BrokenMessageError);
  await node.expect(CALL, 3);
  node.send(ITEM, 3, Buffer.from('no item'), { lane: 2 });
  await first;
  assert.equal((await node.expect(CANCEL, 3)).length, 0);
});

wired('GOAWAY lets calls end', async ({ node, bound }) => {
  const service = await bound();
  const answer = service.echo(Buffer.from('x'));
  const payload = await node.expect(CALL, 3);
  node.send(GOAWAY, 0, failure('unavailable', 'it stops'));
  node.send(END, 3, payload.subarray(16), { lane: 1 });
  assert.deepEqual([...(await answer)], [0x78]);
  await assert.rejects(service.echo(new Uint8Array(0)), { code: 'unavailable', message: 'it stops' });
});

wired('being called', async ({ node, server }) => {
  const service = { id: 'mine', echo: (value) => value, items: () => [0n, 1n, 2n], take: () => 1n };
  const offered = server.registerService(service, { schema: ECHO });
  const [offer] = CONNECTION_METHODS[OFFER].readArguments((await node.expect(CALL, 1)).subarray(16));
  assert.deepEqual([offer.name, offer.methods], ['mine', ['echo', 'items', 'take']]);
  node.send(END, 1, CONNECTION_METHODS[OFFER].writeResult('full:mine').joined(), { lane: 1 });
  assert.equal(await offered, 'full:mine');
  const record = Buffer.from('1000000010000000030000000000000061' + '6263', 'hex');
  const call = (stream, number, rest, options) => node.send(CALL, stream, Buffer.concat([header(offer.service, number), ...rest]), { lane: 1, ...options });
  call(2, 0, [record]);
  assert.deepEqual(await node.expect(END, 2), record);
  call(4, 0, [Buffer.alloc(32), record], { flags: 2 });
  assert.deepEqual(await node.expect(END, 4), record, 'with a trace context');
  call(40, 0, [Buffer.from('92918080', 'hex')], { flags: 4 });
  assert.deepEqual(await node.expect(END, 40), Buffer.from([0x80]), 'a service with a schema is called by name as well');
  for (const [stream, head, code] of [
    [6, header(77, 0), 'not_found'],
    [8, header(offer.service, 3), 'not_found'],
    [10, header(offer.service, 0), 'invalid_argument'],
  ]) {
    node.send(CALL, stream, Buffer.concat([head, Buffer.from('broken')]), { lane: 1 });
    assert.equal(FAILURE_RECORD.decode(await node.expect(ERROR, stream)).code, code);
  }
  node.send(CALLBACK, 12, Buffer.from('6300000000000000', 'hex'), { lane: 1 });
  assert.equal(FAILURE_RECORD.decode(await node.expect(ERROR, 12)).code, 'not_found');
  node.send(CALL, 14, Buffer.concat([header(offer.service, 1, 0, 16), Buffer.from('0800000000000000', 'hex')]), { lane: 2 });
  assert.deepEqual(await node.expect(ITEM, 14), item(0));
  node.send(PING, 0, Buffer.from('no credit is left'));
  await node.expect(PONG, 0);
  node.send(CREDIT, 14, Buffer.from([232, 3, 0, 0]));
  assert.deepEqual([await node.expect(ITEM, 14), await node.expect(ITEM, 14)], [item(1), item(2)]);
  assert.equal((await node.expect(END, 14)).length, 0);
});

wired(
  'a call that comes too late, and one that is cancelled',
  async ({ node, server }) => {
    let stopped;
    const ended = new Promise((resolve) => (stopped = resolve));
    async function* forever() {
      try {
        for (;;) yield 1n;
      } finally {
        stopped();
      }
    }
    const offered = server.registerService({ id: 'slow', echo: () => new Promise(() => {}), items: forever, take: () => 1n }, { schema: ECHO });
    const [offer] = CONNECTION_METHODS[OFFER].readArguments((await node.expect(CALL, 1)).subarray(16));
    node.send(END, 1, CONNECTION_METHODS[OFFER].writeResult('full:slow').joined(), { lane: 1 });
    await offered;
    const record = Buffer.from('10000000000000000000000000000000', 'hex');
    node.send(CALL, 2, Buffer.concat([header(offer.service, 0, 5), record]), { lane: 1 });
    assert.equal(FAILURE_RECORD.decode(await node.expect(ERROR, 2)).code, 'deadline_exceeded');
    node.send(CALL, 4, Buffer.concat([header(offer.service, 1, 0, 16), Buffer.from('0800000000000000', 'hex')]), { lane: 2 });
    await node.expect(ITEM, 4);
    node.send(CANCEL, 4, undefined, { lane: 2 });
    await ended;
    node.send(CALL, 6, Buffer.concat([header(offer.service, 0), record]), { lane: 1 });
    node.send(CALL, 8, Buffer.concat([header(offer.service, 0), record]), { lane: 1 });
    const busy = FAILURE_RECORD.decode(await node.expect(ERROR, 8));
    assert.deepEqual([busy.code, busy.retryAfterMillis], ['unavailable', 100], 'more than may be under way');
  },
  { limits: { calls: 1 } },
);

wired(
  'an answer that is longer than its caller takes',
  async ({ node, server }) => {
    const offered = server.registerService({ id: 'large', echo: () => new Uint8Array(2000), items: () => [], take: () => 1n }, { schema: ECHO });
    const [offer] = CONNECTION_METHODS[OFFER].readArguments((await node.expect(CALL, 1)).subarray(16));
    node.send(END, 1, CONNECTION_METHODS[OFFER].writeResult('full:large').joined(), { lane: 1 });
    await offered;
    node.send(CALL, 2, Buffer.concat([header(offer.service, 0), Buffer.from('10000000000000000000000000000000', 'hex')]), { lane: 1 });
    assert.equal(FAILURE_RECORD.decode(await node.expect(ERROR, 2)).code, 'too_large');
  },
  { node: { messageBytes: 1000 } },
);

wired(
  'more calls than may be under way, and messages that are too large',
  async ({ node, bound }) => {
    const service = await bound();
    const first = service.echo(new Uint8Array(0));
    await assert.rejects(service.echo(new Uint8Array(0)), { code: 'unavailable', retryAfterMillis: 100 });
    node.send(END, 3, (await node.expect(CALL, 3)).subarray(16), { lane: 1 });
    await first;
    await assert.rejects(service.echo(new Uint8Array(65 << 20)), { code: 'too_large' });
  },
  { limits: { calls: 1 } },
);

for (const [what, data] of Object.entries({
  'an unknown kind': frame(13, 0),
  'a reserved byte': Buffer.from('08000001000000000000000000000000', 'hex'),
  'a second HELLO': frame(HELLO, 0, hello()),
  "a call with the receiver's number": frame(CALL, 3, Buffer.alloc(16)),
  'a call without a number': frame(CALL, 0, Buffer.alloc(16)),
  'a call shorter than its header': frame(CALL, 2, Buffer.alloc(15)),
  'a parent': frame(CALL, 2, header(0, 0, 0, 0, 1)),
  'a long ping': frame(PING, 0, Buffer.alloc(65)),
  'a piece that is too long': frame(END, 1, Buffer.alloc(300_000)),
  'an error that is no record': frame(ERROR, 1, Buffer.alloc(4)),
  'a CANCEL by the callee': frame(CANCEL, 1),
  'a short callback': frame(CALLBACK, 2, Buffer.alloc(4)),
  'a credit of three bytes': frame(CREDIT, 1, Buffer.alloc(3)),
})) {
  wired(`a broken rule ends the connection: ${what}`, async ({ node, server }) => {
    const lost = assert.rejects(server.listServices(), ConnectionLost);
    await node.expect(CALL, 1);
    node.raw(data);
    assert.equal(FAILURE_RECORD.decode(await node.expect(GOAWAY, 0)).code, 'protocol_error');
    assert.ok(await node.ended());
    await lost;
  });
}

for (const [what, first] of [['a PING first', frame(PING, 0)], ['another version', frame(HELLO, 0, hello(65536, 3))], ['silence', null]]) {
  test(`no HELLO: ${what}`, { timeout: 20_000 }, async () => {
    const node = await new WireNode().listen({ greet: false });
    const made = assert.rejects(connectToServer({ server_url: node.url, timeout: first ? 20 : 0.2 }), { name: first ? 'ProtocolError' : 'ConnectionLost' });
    await node.greeted;
    if (first) node.raw(first);
    await made;
    await node.close();
  });
}

wired(
  'a silent node is asked and given up',
  async ({ node, server }) => {
    const lost = assert.rejects(server.listServices(), { name: 'ConnectionLost', message: /nothing was heard/ });
    await node.expect(CALL, 1);
    node.send(PONG, 0, await node.expect(PING, 0));
    await node.expect(PING, 0);
    await lost;
  },
  { limits: { pingSeconds: 0.05, silenceSeconds: 0.2 } },
);

test('hostile frames: the connection ends, and whoever waits is told', { timeout: 60_000 }, async () => {
  const source = new Seeded(5);
  for (let turn = 0; turn < 60; turn++) {
    const node = await new WireNode().listen();
    const server = await connectToServer({ server_url: node.url });
    await node.greeted;
    const call = assert.rejects(server.listServices(), PsyneError);
    await node.expect(CALL, 1);
    const data = frame(END, 1, source.bytes(40), { lane: 1 });
    for (let i = source.next(4); i > 0; i--) data[source.next(data.length)] = source.choice([0, 1, 2, 5, 255]);
    node.raw(data);
    node.socket.end();
    await call;
    await server.close();
    await node.close();
  }
});
