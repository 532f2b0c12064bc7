// The page of the connections in Chromium against the mock: the tree, the sums, strangers' names, an empty node, both themes.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { PHONE, keepScreenshot, launch, ready, visit } from '../fixtures/browser.mjs';
import { tooFaint } from '../fixtures/contrast.mjs';
import { startMock } from '../fixtures/mock.mjs';

const NONE = { workspaces: 0, clients: 0, services: 0 };
const HOSTILE = '<img src=x onerror="document.title=1">\u202e';

let browser;
let mock;
let page;

before(async () => {
  browser = await launch();
  mock = await startMock();
});

after(async () => {
  await browser.close();
  await mock.down();
});

afterEach(async () => {
  const { complaints } = page;
  await page.context().close();
  assert.deepEqual(complaints, [], 'no policy violation, console error or foreign request');
});

function client(id, more = {}) {
  return {
    id, user: `user-of-${id}`, anonymous: false, local: false, connectedMs: 185_000,
    callsMade: 1_204, callsTaken: 12, bytesSent: 3_400_000, bytesReceived: 912, waitingBytes: 0, ...more,
  };
}

function service(id, owner, more = {}) {
  return { id, owner, type: 'generic', visibility: 'public', ...more };
}

function connections(more = {}) {
  return {
    takenAtMs: 1_000, clients: 3, frames: 4_000, calls: 1_216, bytes: 7_000_000, refusals: 0, waitingBytes: 70_000,
    workspaces: [
      {
        name: 'public', readable: true,
        clients: [client('psyne', { local: true, user: 'psyne' }), client('visitor-7', { anonymous: true, waitingBytes: 70_000 })],
        services: [service('vision', 'psyne', { type: 'vision' })],
      },
      { name: 'ws-user-ada', readable: true, clients: [client('microscope')], services: [service('stage', 'microscope', { visibility: 'protected' })] },
      { name: 'ws-user-bob', readable: false, clients: [], services: [service('adder', 'bobs-laptop')] },
    ],
    withheld: { workspaces: 1, clients: 2, services: 5 },
    beyond: NONE,
    ...more,
  };
}

function alone(more = {}) {
  return connections({
    clients: 0, calls: 0, bytes: 0, waitingBytes: 0, withheld: NONE,
    workspaces: [{ name: 'public', readable: true, clients: [client('psyne', { local: true })], services: [service('vision', 'psyne')] }],
    ...more,
  });
}

async function open(figures, { path = '/connections', ...options } = {}) {
  mock.connections = figures;
  page = await visit(browser, new URL(path, mock.url).href, options);
  await page.locator('#connection[data-state="open"]').waitFor();
}

function figure(name) {
  return page.locator(`#sums [data-figure="${name}"]`).textContent();
}

for (const colorScheme of ['light', 'dark']) {
  test(`a card for each workspace, with its clients and services (${colorScheme})`, async () => {
    await open(connections(), { colorScheme });
    const cards = page.locator('#workspaces > section');
    await cards.nth(2).waitFor();
    assert.deepEqual(await page.locator('#workspaces h2').allTextContents(), ['public', 'ws-user-ada', 'ws-user-bob']);
    const rows = cards.first().locator('[data-part="clients"] tbody tr');
    assert.deepEqual(await rows.nth(1).locator('th, td').allTextContents(), ['visitor-7', 'anonymous', '3 min', '1,204', '12', '3.2 MB', '912 B', '68.4 kB']);
    assert.equal(await rows.first().locator('th').textContent(), 'psyne (this node)');
    assert.deepEqual(await cards.nth(1).locator('[data-part="services"] tbody tr').locator('th, td').allTextContents(), ['stage', 'microscope', 'generic', 'its workspace']);
    assert.equal(await cards.nth(2).locator('[data-part="clients"]').isVisible(), false);
    assert.match(await cards.nth(2).locator('[data-part="none"]').textContent(), /not open to you/);
    assert.deepEqual([await figure('clients'), await figure('workspaces'), await figure('services'), await figure('calls')], ['3', '4', '8', '1,216']);
    assert.match(await page.locator('#withheld').textContent(), /^Not open to you: 1 workspace, 2 clients, 5 services\./);
    assert.equal(await page.locator('#invitation').isVisible(), false);
    assert.deepEqual(await page.evaluate(tooFaint), []);
    await keepScreenshot(page, `connections-${colorScheme}`);
  });
}

test('what comes is added, what leaves goes, and what stays keeps its element', async () => {
  await open(connections());
  await page.locator('#workspaces > section').nth(2).waitFor();
  await page.locator('tr[data-key="visitor-7"]').evaluate(row => { row.marked = true; });
  mock.connections = connections({
    takenAtMs: 3_000, calls: 1_316,
    workspaces: [{ name: 'public', readable: true, clients: [client('new'), client('visitor-7')], services: [service('s', 'new'), service('s', 'new')] }],
  });
  await page.locator('tr[data-key="new"]').waitFor();
  assert.equal(await page.locator('#workspaces > section').count(), 1);
  assert.equal(await page.locator('tr[data-key="visitor-7"]').evaluate(row => row.marked), true);
  assert.equal(await page.locator('tr[data-key="psyne"]').count(), 0);
  assert.equal(await page.locator('[data-part="services"] tbody tr').count(), 2, 'services of one name are two');
});

test('calls and bytes a second are counted between two looks', async () => {
  let looks = 0;
  await open(() => connections({ takenAtMs: 2_000 * ++looks, calls: 100 * looks, bytes: 4_096 * looks }));
  await page.locator('[data-figure="callRate"]', { hasText: /^50$/ }).waitFor();
  assert.equal(await figure('byteRate'), '2.0 kB');
});

test('a name is text, whatever it holds', async () => {
  await open(connections({
    workspaces: [{ name: HOSTILE, readable: true, clients: [client(HOSTILE, { user: HOSTILE })], services: [service(HOSTILE, HOSTILE, { type: HOSTILE.repeat(8) })] }],
  }));
  await page.locator('#workspaces > section').waitFor();
  assert.equal(await page.locator('#workspaces h2').textContent(), HOSTILE);
  assert.equal(await page.locator('#workspaces img').count(), 0);
  assert.equal(await page.title(), 'Psyne · connections');
});

test('an empty node says how to connect', async () => {
  await open(alone());
  await page.locator('#invitation').waitFor();
  const code = await page.locator('#invitation-code').textContent();
  assert.ok(code.includes(`server = await connect_to_server({"server_url": "${new URL(mock.url).origin}"})`), code);
  await keepScreenshot(page, 'connections-empty');
  mock.connections = connections();
  await page.locator('#invitation').waitFor({ state: 'hidden' });
});

for (const [name, figures] of [['full', connections()], ['empty', alone()]]) {
  test(`on a phone nothing is wider than the page (${name})`, async () => {
    await open(figures, { viewport: PHONE });
    await page.locator('#workspaces tbody tr').first().waitFor();
    assert.ok(await page.locator('[data-figure="bytesReceived"]').first().isVisible());
    assert.ok(await page.evaluate(() => [...document.querySelectorAll('.sideways')].every(each => each.matches('pre') || each.scrollWidth <= each.clientWidth)));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await keepScreenshot(page, `connections-phone-${name}`);
  });
}

test('the keyboard reaches every table, which says what it is', async () => {
  await open(connections());
  await page.locator('#workspaces > section').nth(2).waitFor();
  const reached = [];
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement.getAttribute('aria-label')));
  }
  for (const label of ['Clients of public', 'Services of public', 'Clients of ws-user-ada', 'Services of ws-user-ada', 'Services of ws-user-bob']) {
    assert.ok(reached.includes(label), `${label} of ${reached}`);
  }
});

test('what has no room is counted', async () => {
  await open(connections({ beyond: { workspaces: 0, clients: 40, services: 0 }, withheld: NONE }));
  await page.locator('#beyond', { hasText: 'Not shown for want of room: 40 clients.' }).waitFor();
  assert.equal(await page.locator('#withheld').isVisible(), false);
});

test('the token of the address says who looks, and the node says what is wrong with it', async () => {
  await open({ code: 'unauthorized', message: 'The token is not one of this node\'s: it has expired.' }, { path: '/connections?token=mine' });
  await page.locator('#problem', { hasText: 'it has expired. To go on without it' }).waitFor();
  const call = mock.calls.findLast(each => each.method === 'node.connections');
  assert.deepEqual(call.args, { token: 'mine' });
  assert.ok(!page.url().includes('mine'));
  assert.ok((await page.locator('#invitation-code').textContent()).includes('"token": "…"'));
});

test('the main page leads here', async () => {
  mock.connections = alone();
  page = await visit(browser, mock.url);
  await ready(page);
  await page.locator('#strip [data-figure="clients"]', { hasText: '3' }).waitFor();
  assert.ok(await page.evaluate(() => document.getElementById('strip').scrollWidth <= innerWidth), 'the strip has room for its figures');
  await keepScreenshot(page, 'connections-link');
  await page.getByRole('link', { name: 'Clients' }).click();
  await page.locator('#invitation').waitFor();
});
