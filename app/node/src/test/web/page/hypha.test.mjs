// hypha-rpc's own client in a page that a running node serves: the model is a service of its workspace.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { launch, visit } from '../fixtures/browser.mjs';
import { firstScene, token, urlOf } from '../fixtures/node.mjs';

const CLIENT = new URL('../node_modules/hypha-rpc/dist/hypha-rpc-websocket.min.js', import.meta.url);

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

/** Runs in the page: the words of an answer as they come, and the same answer whole. */
async function askAsClient({ server_url, token, picture, question }) {
  const { connectToServer } = globalThis.hyphaWebsocketClient;
  const server = await connectToServer({ server_url, ...(token && { token }) });
  const vision = await server.getService('vision');
  const image = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
  const words = [];
  for await (const word of await vision.ask({ image, question, _rkwargs: true })) words.push(word);
  const { text } = await vision.answer({ image, question, _rkwargs: true });
  await server.disconnect();
  return { words, text };
}

test('a page asks the model word by word', async () => {
  const { bytes, question } = await firstScene();
  const page = await visit(browser, urlOf('/').href);
  await page.evaluate(await readFile(CLIENT, 'utf8'));
  const { words, text } = await page.evaluate(askAsClient, {
    server_url: urlOf('/').origin, token, picture: Buffer.from(bytes).toString('base64'), question,
  });
  assert.ok(words.length > 0);
  assert.equal(words.join(''), text);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
