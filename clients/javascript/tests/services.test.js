// Services called and offered, over a relay, or over the node at PSYNE_SERVER (tcp://host:port, unix:/path, ws://host:port/psyne).

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DeadlineExceeded, RemoteError, Tensor, connectToServer, connect_to_server, withOptions } from '../src/index.js';
import { Relay, webSocketOf } from './relay.js';
import { Seeded } from './goldens.js';

const SCHEMA = `
package test;
enum Mood { 0 calm; 1 wild; }
record Picture { 1 tensor<f64> pixels; 2 string caption?; 3 Mood mood; }
service Typed {
  add(1 i64 a, 2 i64 b?) -> i64;
  ask(1 Picture picture) -> Picture;
  chat(stream string) -> stream string;
  count(1 i64 to) -> stream i64;
  echo(1 bytes value) -> bytes;
  fail(1 string code);
  judge(1 callback<i64, string> judge, 2 i64 times) -> list<string>;
  never();
  total(1 i64 start, stream i64) -> i64;
}
`;
const LITTLE_CREDIT = { windowBytes: 4096, pingSeconds: 5, silenceSeconds: 10 };
const THEN = () => new Promise(() => {});

/** What is offered. Numbers are bigints with a schema, and may be either without. */
class Offered {
  failures = [];
  closed = new Promise((resolve) => (this.close = resolve));

  functions() {
    const { close } = this;
    return {
      add: (a, b) => (b === undefined || b === null ? a : a + b),
      ask: async ({ pixels, caption, mood }) => ({
        pixels: new Tensor(pixels.data.map((each) => 2 * each), pixels.shape),
        caption: `${caption ?? ''}!`,
        mood: mood === 0 ? 1 : 'wild',
      }),
      async *chat(items) {
        for await (const each of items) yield each.toUpperCase();
      },
      async *count(to) {
        try {
          for (let each = 0; each < to; each++) yield each;
        } finally {
          close();
        }
      },
      echo: (value) => value,
      fail(code) {
        if (code === 'zero') throw new RangeError('by zero');
        throw new RemoteError(code, 'as was wanted', 7);
      },
      async judge(judge, times) {
        const found = [];
        for (let each = 0; each < times; each++) found.push(await judge(each));
        return found;
      },
      never: THEN,
      async total(start, items) {
        let total = start;
        for await (const each of items) total = typeof start === 'bigint' ? total + BigInt(each) : total + each;
        return total;
      },
    };
  }
}

async function* upTo(count, make = (each) => each) {
  for (let each = 0; each < count; each++) yield make(each);
}

async function listed(items) {
  const found = [];
  for await (const each of await items) found.push(each);
  return found;
}

let relay;
let common;

before(async () => {
  if (process.env.PSYNE_SERVER) {
    common = { server_url: process.env.PSYNE_SERVER };
  } else {
    relay = await new Relay().listen();
    common = process.env.PSYNE_RELAY === 'ws' ? { server_url: 'ws://relay', WebSocket: webSocketOf(relay) } : { server_url: relay.url };
  }
});
after(() => relay?.close());

let pairs = 0;

/** A caller of a service that is offered, and its provider. */
async function pair(typed, limits, run) {
  const offered = new Offered();
  const onFailure = (error, what) => offered.failures.push([what, error]);
  const provider = await connectToServer({ ...common, limits, onFailure });
  const client = await connectToServer({ ...common, limits });
  try {
    const service = { id: `javascript-${++pairs}`, config: { visibility: 'public' }, ...offered.functions() };
    const full = await provider.registerService(service, typed ? { schema: SCHEMA } : undefined);
    await run(await client.getService(full), offered, full, client);
  } finally {
    await provider.close();
    await client.close();
  }
}

function every(name, run, limits = {}) {
  for (const typed of [false, true]) {
    const whole = typed ? BigInt : Number;
    test(`${name} (${typed ? 'with' : 'without'} a schema)`, { timeout: 60_000 }, () =>
      pair(typed, limits, (service, offered, full, client) => run({ service, offered, typed, whole, full, client })),
    );
  }
}

describe('services', () => {
  every('calls', async ({ service, whole }) => {
    const source = new Seeded(1);
    for (const size of [0, 1, 64, 5000, 300_000, 3_000_000]) {
      const value = source.bytes(size);
      assert.ok(Buffer.from(await service.echo(value)).equals(Buffer.from(value)), `${size} bytes`);
    }
    assert.equal(await service.add(1, 2), whole(3));
    assert.equal(await service.add(1), whole(1));
  });

  every('arguments by name', async ({ service, typed }) => {
    if (typed) {
      assert.equal(await service.add({ a: 1, b: 3, _rkwargs: true }), 4n);
      assert.equal(await service.add(1, { b: 3, _rkwargs: true }), 4n);
      await assert.rejects(service.add(1, { a: 3, _rkwargs: true }), TypeError);
      await assert.rejects(service.add({ c: 3, _rkwargs: true }), TypeError);
    } else {
      assert.deepEqual(await service.echo({ a: 1, _rkwargs: true }), { a: 1 });
    }
  });

  every('arrays', async ({ service, typed }) => {
    for (const shape of [[], [0, 3], [5], [3, 4, 5], [200, 1000]]) {
      const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 7);
      const found = await service.ask({ pixels: new Tensor(data, shape), caption: 'x', mood: typed ? 'calm' : 0 });
      assert.deepEqual(found, { pixels: new Tensor(data.map((each) => 2 * each), shape), caption: 'x!', mood: 1 });
      if (typed && relay?.url === common.server_url) assert.equal(found.pixels.data.byteOffset % 64, 0);
    }
  });

  every('streams under little credit', async ({ service, whole }) => {
    const numbers = Array.from({ length: 2000 }, (_, i) => whole(i));
    assert.deepEqual(await listed(service.count(2000)), numbers);
    assert.deepEqual(await listed(service.count(0)), []);
    assert.equal(await service.total(whole(5), upTo(5000, whole)), whole(5 + 12_497_500));
    assert.deepEqual(await listed(service.chat(upTo(1000, (each) => `a${each}`))), numbers.slice(0, 1000).map((each) => `A${each}`));
  }, LITTLE_CREDIT);

  every('a stream is a ReadableStream', async ({ service, whole }) => {
    const stream = await service.count(5);
    assert.ok(stream instanceof ReadableStream);
    const reader = stream.pipeThrough(new TransformStream()).getReader();
    assert.deepEqual(await reader.read(), { value: whole(0), done: false });
    await reader.cancel();
    const items = new ReadableStream({
      pull(controller) {
        controller.enqueue(whole(3));
        controller.close();
      },
    });
    assert.equal(await service.total(whole(1), items), whole(4));
  });

  every('errors', async ({ service, offered, typed, whole }) => {
    await assert.rejects(service.fail('my_code'), { name: 'RemoteError', code: 'my_code', message: 'as was wanted', retryAfterMillis: 7 });
    if (typed) await assert.rejects(service.withOptions({}).judge(3, 1), /Typed.judge.judge: a function/);
    await assert.rejects(service.fail('zero'), { code: 'failed', message: 'RangeError: by zero' });
    assert.equal(offered.failures.length, 1);
    assert.match(offered.failures[0][0], /fail$/);
    assert.equal(service.nothing, undefined);
    if (typed) {
      await assert.rejects(service.add('one'), { name: 'TypeError', message: /Typed.add.a: an i64/ });
      await assert.rejects(service.add(1, 2, 3), TypeError);
    } else {
      await assert.rejects(service.echo(Symbol('s')), TypeError);
    }
    async function* broken() {
      yield whole(1);
      throw new Error('items');
    }
    await assert.rejects(service.total(whole(0), broken()), { message: 'items' });
    assert.equal(await service.add(1, 1), whole(2));
  });

  every('deadlines', async ({ service, whole }) => {
    await assert.rejects(withOptions(service, { timeout: 0.02 }).never(), DeadlineExceeded);
    await assert.rejects(service.withOptions({ timeout: 0.02 }).never(), { code: 'deadline_exceeded' });
    assert.equal(await service.with_options({ timeout: 20 }).add(1, 1), whole(2));
    assert.equal(await service.withOptions({ timeout: null }).add(1, 1), whole(2));
    for (const timeout of [0, -1, NaN, '1']) await assert.rejects(service.withOptions({ timeout }).add(1, 1), TypeError);
  });

  every('a signal aborts', async ({ service, whole }) => {
    const controller = new AbortController();
    const call = withOptions(service, { signal: controller.signal }).never();
    controller.abort(new Error('enough'));
    await assert.rejects(call, { message: 'enough' });
    await assert.rejects(withOptions(service, { signal: controller.signal }).never(), { message: 'enough' });
    assert.equal(await service.add(1, 1), whole(2));
  });

  every('a loop that is left cancels the call', async ({ service, offered, whole }) => {
    for await (const each of await service.count(2 ** 40)) {
      assert.equal(each, whole(0));
      break;
    }
    await offered.closed;
  }, LITTLE_CREDIT);

  every('a stream that is cancelled cancels the call', async ({ service, offered }) => {
    const stream = await service.count(2 ** 40);
    await stream.cancel();
    await offered.closed;
  }, LITTLE_CREDIT);

  test('a stream that waits for its next item is told at once that no more are wanted', () =>
    pair(true, {}, async (service, offered, full, client) => {
      let told;
      const cancelled = new Promise((resolve) => (told = resolve));
      const endless = new ReadableStream({ pull: () => new Promise(() => {}), cancel: () => told('cancelled') });
      const name = await client.registerService({ id: `endless-${pairs}`, ...offered.functions(), count: () => endless }, { schema: SCHEMA });
      const stream = (await client.getService(name)).count(1);
      const first = stream.getReader();
      first.read();
      await service.add(1, 1);
      await first.cancel();
      assert.equal(await cancelled, 'cancelled');
    }));

  every('many at once', async ({ service, whole }) => {
    const found = await Promise.all(Array.from({ length: 400 }, (_, i) => service.add(i, i)));
    assert.deepEqual(found, Array.from({ length: 400 }, (_, i) => whole(2 * i)));
  });

  every('everything at once', async ({ service, whole }) => {
    const several = async (seed) => {
      const source = new Seeded(seed);
      for (let turn = 0; turn < 60; turn++) {
        const n = source.next(200);
        const numbers = Array.from({ length: n }, (_, i) => whole(i));
        await source.choice([
          async () => assert.equal(await service.add(n, n), whole(2 * n)),
          async () => assert.deepEqual(await listed(service.count(n)), numbers),
          async () => assert.equal(await service.total(whole(1), upTo(n, whole)), whole(1 + (n * (n - 1)) / 2)),
          async () => assert.deepEqual(await listed(service.chat(upTo(n, String))), numbers.map(String)),
          async () => assert.equal((await service.echo(source.bytes(300_000))).length, 300_000),
          async () => assert.deepEqual(await service.judge((each) => `n${each}`, n % 5), numbers.slice(0, n % 5).map((each) => `n${each}`)),
        ])();
      }
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map(several));
  }, { windowBytes: 2048 });

  every('callbacks', async ({ service }) => {
    assert.deepEqual(await service.judge((each) => `no ${each}`, 3), ['no 0', 'no 1', 'no 2']);
    assert.deepEqual(await service.judge(async (each) => `yes ${each}`, 1), ['yes 0']);
    const refuses = (each) => {
      throw new RemoteError('not_this', String(each));
    };
    await assert.rejects(service.judge(refuses, 1), { code: 'not_this', message: '0' });
  });

  every('each callback finds its own caller', async ({ service, full }) => {
    const other = await connectToServer(common);
    const both = [service, await other.getService(full)];
    const found = await Promise.all([0, 1, 2, 3].map((n) => both[n % 2].judge((each) => `${n} ${each}`, 20)));
    found.forEach((each, n) => assert.deepEqual(each, Array.from({ length: 20 }, (_, i) => `${n} ${i}`)));
    await other.close();
  });

  test('a stream without a schema is iterated at once', () =>
    pair(false, {}, async (service) => {
      const found = [];
      for await (const each of service.count(3)) found.push(each);
      assert.deepEqual(found, [0, 1, 2]);
    }));

  test('a service that calls itself over its own connection', async () => {
    const server = await connect_to_server(common);
    const name = await server.register_service({ id: 'own', deep: async (n) => (n ? (await own.deep(n - 1)) + 1 : 0) });
    const own = await server.get_service(name);
    assert.equal(await own.deep(8), 8);
    await server.disconnect();
  });

  test('values without a schema', async () => {
    const server = await connectToServer(common);
    const echo = await server.getService(await server.registerService({ id: 'values', echo: (value) => value }));
    for (const value of [
      null,
      true,
      [0, -1, 127, 128, -32, -33, 255, 256, 65536, -129, -40000, -3e9, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1],
      [2n ** 64n - 1n, -(2n ** 63n)],
      [0.5, -0, Infinity, 1e300, 2 ** 53],
      ['', 'é', '漢字🐈', 'x'.repeat(31), 'é'.repeat(31), 'y'.repeat(255), 'z'.repeat(70_000)],
      { a: { b: [{}] }, constructor: 1, ['__proto__']: 2 },
      Array(20).fill([]),
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i])),
      new Tensor(new Uint16Array([1, 2]), [2, 1], 'bf16'),
      new Tensor(new Float32Array(5000).fill(3), [50, 100]),
    ]) {
      assert.deepEqual(await echo.echo(value), value);
    }
    assert.deepEqual(await echo.echo(new Map([['a', 1]])), { a: 1 });
    assert.deepEqual(await echo.echo(new Int32Array([1, 2])), new Tensor(new Int32Array([1, 2])));
    assert.deepEqual(await echo.echo({ a: undefined, b: 1 }), { b: 1 });
    for (const value of [2n ** 64n, new Date(), new Map([[1, 2]])]) await assert.rejects(echo.echo(value), /cannot be sent|64 bits|no string/);
    await server.close();
  });

  test('methods of a class, names with a dot, and a method called then', async () => {
    class Counter {
      id = 'counter';
      count = 0;
      _hidden = 1;
      up(by) {
        this.count += by;
        return this.count;
      }
    }
    const server = await connectToServer(common);
    const counter = await server.getService(await server.registerService(new Counter()));
    assert.deepEqual(Object.keys(counter), ['up']);
    assert.deepEqual([await counter.up(1), await counter.up(2)], [1, 3]);
    const parts = { id: 'parts', math: { add: (a, b) => a + b }, then: () => 'then', withOptions: () => 'own', 'a.b': () => 'a.b', a: () => 'a', 'a.name.x': () => 'x' };
    const full = await server.registerService(parts);
    assert.ok((await server.listServices()).includes(full));
    const service = await server.getService(full);
    assert.deepEqual([await service.math.add(1, 2), await service.then_(), await service.withOptions()], [3, 'then', 'own']);
    assert.deepEqual([await service.a(), await service.a.b(), await service.a.name.x()], ['a', 'a.b', 'x']);
    await server.unregisterService('parts');
    assert.ok(!(await server.list_services()).includes(full));
    await assert.rejects(server.getService(full), RemoteError);
    await server.close();
  });

  test("a schema of the caller's own", async () => {
    const older = 'package test; service Typed { add(1 i64 a) -> i64; }';
    const server = await connectToServer(common);
    const name = await server.registerService({ id: 'evolved', ...new Offered().functions() }, { schema: SCHEMA });
    assert.equal(await (await server.getService(name, { schema: older })).add(4), 4n);
    assert.equal(await (await server.getService(name)).add(4, 5), 9n);
    const other = older.replace('i64 a', 'i32 a');
    await assert.rejects(server.getService(name, { schema: other }), { code: 'schema_mismatch', message: /field a is i32 here and i64 there/ });
    await server.close();
  });

  test('what cannot be registered', async () => {
    const server = await connectToServer(common);
    for (const [service, options] of [[{ add: THEN }], [{ id: 'empty' }], [{ id: 'x', add: THEN }, { schema: SCHEMA }], [null]]) {
      await assert.rejects(server.registerService(service, options), TypeError);
    }
    await assert.rejects(server.unregisterService('unknown'), RangeError);
    await server.close();
    await assert.rejects(server.listServices(), { name: 'ConnectionLost' });
    await server.serve();
  });
});
