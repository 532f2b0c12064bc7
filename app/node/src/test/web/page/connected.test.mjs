// The page of the connections in Chromium against a running node: a client comes over a plain WebSocket, calls, and leaves.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keepScreenshot, launch, visit } from '../fixtures/browser.mjs';
import { HyphaClient } from '../fixtures/hypha.mjs';
import { token, urlOf } from '../fixtures/node.mjs';

let browser;
let page;

before(async () => {
  browser = await launch();
  const url = urlOf('/connections');
  if (token) url.searchParams.set('token', token);
  page = await visit(browser, url.href);
  await page.locator('#connection[data-state="open"]').waitFor();
});

after(async () => {
  assert.deepEqual(page.complaints, [], 'no policy violation, console error or foreign request');
  await browser.close();
});

function row(id) {
  return page.locator(`#workspaces tr[data-key="${id}"]`);
}

test('the node offers its models', async () => {
  await page.locator('#workspaces [data-part="services"] th', { hasText: /^vision$/ }).waitFor();
});

test('a client appears, its call is counted, and it vanishes', async () => {
  const id = `seen-${process.pid}`;
  const client = await HyphaClient.open('public', id);
  await row(id).waitFor();
  assert.equal(await row(id).locator('[data-figure="callsMade"]').textContent(), '0');
  assert.equal(await client.manager('echo', ['hello']), 'hello');
  await row(id).locator('[data-figure="callsMade"]', { hasText: /^1$/ }).waitFor();
  await keepScreenshot(page, 'connected');
  client.close();
  await row(id).waitFor({ state: 'detached' });
});

// Whoever opens the page of a node that asks for its token has shown it, and sees all.
if (token === null) {
  test('of a private workspace a stranger sees that there is one', async () => {
    const client = await HyphaClient.open(null, `private-${process.pid}`);
    await page.locator('#withheld', { hasText: 'client' }).waitFor();
    assert.equal(await page.locator('#workspaces', { hasText: client.workspace }).count(), 0);
    client.close();
  });

  test('a token that is none is refused in the node\'s words', async () => {
    const other = await visit(browser, urlOf('/connections?token=x.y.z').href);
    await other.locator('#problem', { hasText: 'The token is not one of this node\'s' }).waitFor();
    await other.context().close();
  });
}
