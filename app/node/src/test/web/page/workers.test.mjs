// The page of the workers in Chromium against the mock: rows, bars, lengths, and both themes.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { PHONE, keepScreenshot, launch, visit } from '../fixtures/browser.mjs';
import { tooFaint } from '../fixtures/contrast.mjs';
import { startMock } from '../fixtures/mock.mjs';

const WORKERS = [
  { name: 'psyne-worker-0', asleep: false, busy: 0.75, queued: 12, ready: 1, jobs: 52_300, steals: 3, mounts: 40, parks: 0, pins: 2 },
  { name: 'psyne-worker-1', asleep: true, busy: 0, queued: 0, ready: 0, jobs: 0, steals: 0, mounts: 0, parks: 1, pins: 0 },
];

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

async function open(figures, options) {
  mock.workers = figures;
  page = await visit(browser, new URL('/workers', mock.url).href, options);
  await page.locator('#connection[data-state="open"]').waitFor();
}

/** So many jobs in each class, the first class being that of one nanosecond. */
function lengths(jobs) {
  return Array.from({ length: 40 }, (_, i) => jobs[i] ?? 0);
}

for (const colorScheme of ['light', 'dark']) {
  test(`a row for each worker, and the lengths of their jobs (${colorScheme})`, async () => {
    await open({ fibers: 'LOOP_FIBERS', workers: WORKERS, lengths: lengths({ 10: 5, 12: 20 }) }, { colorScheme });
    const rows = page.locator('#workers tbody tr');
    await rows.nth(1).waitFor();
    assert.equal(await rows.count(), 2);
    const first = rows.first();
    assert.equal(await first.locator('th').textContent(), 'psyne-worker-0');
    assert.equal(await first.locator('[data-figure="busy"]').textContent(), '75%');
    assert.equal(await first.locator('[data-figure="jobs"]').textContent(), '52.3K');
    assert.equal(await first.locator('[data-share]').getAttribute('width'), '75.0');
    assert.notEqual(await rows.nth(1).getAttribute('data-asleep'), null);
    const shown = page.locator('#lengths li');
    assert.equal(await shown.count(), 3, 'from the shortest to the longest that occurred');
    assert.equal(await shown.first().locator('.length').textContent(), '1 µs to 2 µs');
    assert.deepEqual(await page.evaluate(tooFaint), []);
    await keepScreenshot(page, `workers-${colorScheme}`);
  });
}

test('on a phone nothing is wider than the page', async () => {
  await open({ fibers: 'LOOP_FIBERS', workers: WORKERS, lengths: lengths({ 3: 1 }) }, { viewport: PHONE });
  await page.locator('#workers tbody tr').first().waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

test('a node without workers of its own says why there are none', async () => {
  await open({ fibers: 'VIRTUAL_THREADS', workers: [], lengths: [] });
  await page.locator('#problem', { hasText: '--add-opens' }).waitFor();
});
