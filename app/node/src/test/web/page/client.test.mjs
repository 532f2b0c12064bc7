// The client of clients/javascript as a page has it: its modules, served from the page's origin, over the browser's own WebSocket.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, visit } from '../fixtures/browser.mjs';
import { token, urlOf } from '../fixtures/node.mjs';

const sources = new URL('../../../../../../clients/javascript/src/', import.meta.url);
const PREFIX = '/psyne-client/';

let browser;
let page;

before(async () => {
  browser = await launch();
  page = await visit(browser, urlOf('/').href);
  await page.route(`**${PREFIX}*`, route => {
    const name = new URL(route.request().url()).pathname.slice(PREFIX.length);
    return route.fulfill({ path: fileURLToPath(new URL(name, sources)), contentType: 'text/javascript' });
  });
});

after(async () => {
  assert.deepEqual(page.complaints, [], 'no policy violation, console error or foreign request');
  await browser.close();
});

test('a page offers a service and calls it: arrays, streams, callbacks, errors', async () => {
  const found = await page.evaluate(async ({ module, url, token }) => {
    const { Tensor, connectToServer } = await import(module);
    const server = await connectToServer({ server_url: url, token, onFailure: () => {} });
    const schema = `package page; service Page {
      echo(1 tensor<f32> values) -> tensor<f32>;
      count(1 i64 to) -> stream i64;
      judge(1 callback<i64, string> judge) -> string;
      fail();
    }`;
    const name = await server.registerService({
      id: 'Page',
      echo: values => values,
      *count(to) { for (let each = 0n; each < to; each++) yield each; },
      judge: judge => judge(5),
      fail: () => Promise.reject(new RangeError('no')),
    }, { schema });
    const service = await server.getService(name);
    const values = await service.echo(new Tensor(new Float32Array(1 << 18).fill(2), [512, 512]));
    const numbers = [];
    for await (const each of service.count(1000)) if (numbers.push(Number(each)) === 3) break;
    const judged = await service.judge(number => `${typeof number} ${number}`);
    const failed = await service.fail().catch(error => `${error}`);
    await server.unregisterService(name);
    const refused = await server.getService('nothing').catch(error => `${error}`);
    await server.close();
    return { shape: values.shape, last: values.data.at(-1), numbers, judged, failed, refused };
  }, { module: `${PREFIX}index.js`, url: urlOf('/').href, token });
  assert.deepEqual({ ...found, refused: found.refused.slice(0, 24) },
    { shape: [512, 512], last: 2, numbers: [0, 1, 2], judged: 'bigint 5', failed: 'RemoteError: failed: RangeError: no', refused: 'RemoteError: not_found: ' });
});
