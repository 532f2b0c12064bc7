// hypha-rpc's own client for JavaScript against a running node: the examples of the documents as they stand there.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { firstScene, token, urlOf } from '../fixtures/node.mjs';

const PATIENCE_MS = 90_000;
const QUESTION = 'What is in the picture?';

/** Where the client is found by its name. */
const packages = fileURLToPath(new URL('../node_modules/', import.meta.url));

/** Before node 22 the WebSocket that the client needs is there if it is asked for. */
const flags = typeof WebSocket === 'undefined' ? ['--experimental-websocket'] : [];

let scene;
let answer;

before(async () => {
  scene = await firstScene();
  const image = { _rtype: 'bytes', _rvalue: Buffer.from(scene.bytes).toString('base64') };
  const response = await fetch(urlOf('/public/services/vision/answer'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ image, question: QUESTION }),
  });
  assert.equal(response.status, 200);
  answer = (await response.json()).text;
});

/** The example of a document, at the address of the node. */
async function exampleOf(document) {
  const text = await readFile(new URL(`../../../../../../${document}`, import.meta.url), 'utf8');
  const [example] = [...text.matchAll(/```javascript\n(.*?)```/gs)].map(match => match[1]).filter(code => code.includes('hypha-rpc'));
  assert.ok(example?.includes(QUESTION), `${document} has an example for JavaScript`);
  const place = token ? `"${urlOf('/').origin}", token: "${token}"` : `"${urlOf('/').origin}"`;
  return example.replace('"http://127.0.0.1:7717"', place);
}

/** What a program says that ends well, with the scene as `picture.png` beside it. */
async function said(program) {
  const directory = await mkdtemp(join(packages, '.hypha-example-'));
  try {
    await writeFile(join(directory, 'picture.png'), scene.bytes);
    await writeFile(join(directory, 'example.mjs'), program);
    const running = spawn(process.execPath, [...flags, 'example.mjs'], { cwd: directory, timeout: PATIENCE_MS });
    let output = '';
    let complaints = '';
    running.stdout.on('data', data => { output += data; });
    running.stderr.on('data', data => { complaints += data; });
    const [code] = await once(running, 'close');
    assert.equal(code, 0, `${complaints}\n${output}`);
    return output;
  } finally {
    await rm(directory, { recursive: true });
  }
}

for (const document of ['README.md', 'docs/hypha.md']) {
  test(`the example of ${document} prints the answer`, async () => {
    assert.ok(answer.length > 0);
    // What the client notes of its connection stands before the answer and behind it.
    const lines = (await said(await exampleOf(document))).split('\n');
    assert.ok(lines.some(line => line.startsWith(answer)), lines.join('\n'));
  });
}
