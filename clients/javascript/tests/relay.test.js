// What only a relay of the tests' own can do: to go away and come back, to lie at a Unix socket, to refuse; and what addresses are.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { addressOf } from '../src/address.js';
import { ConnectionLost, RemoteError, connectToServer } from '../src/index.js';
import { Relay, webSocketOf } from './relay.js';

const echo = { id: 'echo', echo: (value) => value };

async function withRelay(run, address) {
  const relay = await new Relay().listen(address);
  try {
    await run(relay);
  } finally {
    await relay.close();
  }
}

/** The first answer that is none of these errors: what was on the lost connection fails first. */
async function again(call) {
  for (let turn = 0; turn < 1000; turn++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ConnectionLost || error instanceof RemoteError)) throw error;
    }
  }
  throw new Error('it never came back');
}

describe('a relay', { timeout: 30_000 }, () => {
  test('a Unix socket', () => {
    const directory = mkdtempSync(join(tmpdir(), 'psyne-'));
    return withRelay(
      async (relay) => {
        const server = await connectToServer({ server_url: relay.url });
        assert.equal(server.name, 'relay');
        const name = await server.registerService(echo);
        assert.equal(await (await server.getService(name)).echo('é'), 'é');
        await server.close();
      },
      { path: join(directory, 'relay') },
    ).finally(() => rmSync(directory, { recursive: true }));
  });

  for (const kind of ['tcp', 'WebSocket']) {
    test(`connects and registers again over ${kind}`, () =>
      withRelay(async (relay) => {
        const options = kind === 'tcp' ? { server_url: relay.url, reconnect: true } : { server_url: 'ws://relay', WebSocket: webSocketOf(relay), reconnect: true };
        const server = await connectToServer(options);
        await server.registerService({ ...echo, count: { async *to(n) { for (let i = 0; i < n; i++) yield i; } } });
        const client = await connectToServer(options);
        const service = await client.getService('echo');
        assert.equal(await service.echo(1), 1);
        const offered = new Promise((resolve) => (relay.offered = resolve));
        relay.drop();
        await offered;
        assert.equal(await again(() => service.echo(2)), 2);
        await client.close();
        await server.close();
        await server.serve();
      }));
  }

  test('a stream that begins on a connection that is made again', () =>
    withRelay(async (relay) => {
      const schema = 'package s; service S { count(1 i64 to) -> stream i64; }';
      const server = await connectToServer({ server_url: relay.url, reconnect: true });
      await server.registerService({ id: 'S', *count(to) { for (let i = 0n; i < to; i++) yield i; } }, { schema });
      const client = await connectToServer({ server_url: relay.url, reconnect: true });
      const service = await client.getService('S');
      const offered = new Promise((resolve) => (relay.offered = resolve));
      relay.drop();
      await offered;
      const found = await again(async () => {
        const numbers = [];
        for await (const each of service.count(3)) numbers.push(each);
        return numbers;
      });
      assert.deepEqual(found, [0n, 1n, 2n]);
      await client.close();
      await server.close();
    }));

  test('calls end with their connection', () =>
    withRelay(async (relay) => {
      const provider = await connectToServer({ server_url: relay.url });
      await provider.registerService({ id: 'slow', wait: () => new Promise(() => {}) });
      const client = await connectToServer({ server_url: relay.url });
      const service = await client.getService('slow');
      const call = assert.rejects(service.wait(), (error) => error instanceof ConnectionLost || error instanceof RemoteError);
      relay.drop();
      await call;
      await client.serve();
      await assert.rejects(client.listServices(), ConnectionLost);
      await assert.rejects(service.wait(), ConnectionLost);
      await provider.close();
    }));

  test('a provider that goes away', () =>
    withRelay(async (relay) => {
      const provider = await connectToServer({ server_url: relay.url });
      await provider.registerService({ id: 'slow', wait: () => new Promise(() => {}) });
      const client = await connectToServer({ server_url: relay.url });
      const call = assert.rejects((await client.getService('slow')).wait(), { code: 'unavailable' });
      await provider.close();
      await call;
      await client.close();
    }));

  test('a token that is refused', () =>
    withRelay(async (relay) => {
      await assert.rejects(connectToServer({ server_url: relay.url, token: 'wrong' }), { name: 'RemoteError', code: 'permission_denied' });
    }));

  test('a WebSocket of another protocol, and none at all', () =>
    withRelay(async (relay) => {
      const other = webSocketOf(relay, { protocol: 'psyne.v1' });
      await assert.rejects(connectToServer({ server_url: 'ws://relay', WebSocket: other }), { name: 'ConnectionLost', message: /does not speak psyne.v2/ });
      let url;
      class Noted extends webSocketOf(relay) {
        constructor(address, protocols) {
          super(address, protocols);
          url = address;
        }
      }
      await (await connectToServer({ server_url: 'http://relay:9000', token: 'a b', WebSocket: Noted })).close();
      assert.equal(url, 'ws://relay:9000/psyne?token=a+b');
    }));
});

test('nobody there', async () => {
  await assert.rejects(connectToServer({ server_url: 'unix:/nowhere/at/all' }), ConnectionLost);
  await assert.rejects(connectToServer({ server_url: 'tcp://127.0.0.1:1' }), ConnectionLost);
});

test('addresses', async () => {
  assert.deepEqual(addressOf('tcp://[::1]:80'), { host: '::1', port: 80 });
  assert.deepEqual(addressOf('unix:///a/b'), { path: '/a/b' });
  assert.deepEqual(addressOf('wss://host/'), { url: 'wss://host/psyne' });
  assert.deepEqual(addressOf('https://host:81/other'), { url: 'wss://host:81/other' });
  for (const url of ['ftp://host', 'tcp://host', 'tcp://host:0', 'tcp://host:65536', 'unix:', 'host:1', '', 'ws://']) {
    await assert.rejects(connectToServer({ server_url: url || undefined }), TypeError, url);
  }
  await assert.rejects(connectToServer({ server: 'tcp://host:1' }), TypeError);
  await assert.rejects(connectToServer({ serverUrl: 'tcp://host:1', limits: { calls: 0 } }), RangeError);
  await assert.rejects(connectToServer({ serverUrl: 'tcp://host:1', limits: { call: 1 } }), RangeError);
});
