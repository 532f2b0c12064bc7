// Services of the Python client called from here, and ours from there, over a relay or the node at PSYNE_SERVER. Wants a Python
// with numpy: the one at PSYNE_PYTHON, else python3.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Tensor, connectToServer } from '../../src/index.js';
import { Relay } from '../relay.js';

const SCHEMA = `
package eyes;
enum Mood { 0 calm; 1 wild; }
record Picture { 1 tensor<f32> pixels; 2 string caption?; 3 Mood mood; }
service Eye {
  scale(1 Picture picture, 2 f64 by) -> Picture;
  chat(stream string) -> stream string;
  judge(1 callback<i64, i64> judge) -> i64;
}
`;

const ours = {
  scale: ({ pixels, caption, mood }, by) => ({ pixels: new Tensor(pixels.data.map((each) => each * by), pixels.shape), caption: `${caption}!`, mood }),
  async *chat(items) {
    for await (const each of items) yield each.toUpperCase();
  },
  judge: async (judge) => (await judge(20)) + (typeof (await judge(20)) === 'bigint' ? 1n : 1),
};

async function check(theirs, whole, wild) {
  const pixels = new Tensor(new Float32Array([0, 1, 2, 3, 4, 5]), [2, 3]);
  const found = await theirs.scale({ pixels, caption: 'Zoë', mood: 'calm' }, 2);
  assert.deepEqual(found, { pixels: new Tensor(pixels.data.map((each) => 2 * each), [2, 3]), caption: 'Zoë', mood: wild });
  assert.equal(found.pixels.type, 'f32');
  async function* words() {
    yield* ['a', 'é'];
  }
  const heard = [];
  for await (const each of await theirs.chat(words())) heard.push(each);
  assert.deepEqual(heard, ['A', 'É']);
  assert.equal(await theirs.judge((each) => whole(3) * each), whole(61));
}

test('Python and JavaScript through a node', { timeout: 60_000 }, async () => {
  const relay = process.env.PSYNE_SERVER ? null : await new Relay().listen();
  const url = process.env.PSYNE_SERVER ?? relay.url;
  const server = await connectToServer({ server_url: url });
  const file = (path) => fileURLToPath(new URL(path, import.meta.url));
  const env = { ...process.env, PYTHONPATH: file('../../../python/src') };
  const python = spawn(process.env.PSYNE_PYTHON || 'python3', [file('service.py'), url, SCHEMA], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface(python.stdout)[Symbol.asyncIterator]();
    const line = async () => JSON.parse((await lines.next()).value);
    const [typed, plain] = await line();
    await check(await server.getService(typed), BigInt, 1);
    const service = await server.getService(plain);
    await check(service, Number, 'wild');
    assert.equal(await service.named(1, { b: 3, _rkwargs: true }), -2);
    for (const [id, options] of [['javascript-typed', { schema: SCHEMA }], ['javascript-plain', {}]]) {
      python.stdin.write(`${await server.registerService({ id, ...ours }, options)} calm\n`);
      const pixels = [0, 0.5, 1, 1.5, 2, 2.5];
      assert.deepEqual(await line(), { type: 'float32', shape: [2, 3], pixels, caption: 'Zoë!', mood: 'calm', chat: ['A', 'É'], judge: 41 });
    }
  } finally {
    python.stdin.end();
    if (python.exitCode === null) await once(python, 'exit');
    await server.close();
    await relay?.close();
  }
});
