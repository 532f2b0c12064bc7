// The page in Chromium against a running node: PSYNE_URL is the line that `psyne serve` prints.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import {
  DESKTOP, PHONE, ask, chooseScene, drop, fileOf, keepScreenshot, launch, paste, reached, ready, visit,
} from '../fixtures/browser.mjs';
import { tooFaint } from '../fixtures/contrast.mjs';
import { blank, noise, scene } from '../fixtures/pictures.mjs';
import { recordVideo } from '../fixtures/video.mjs';

const ANSWERED = ['sure', 'unsure'];
const BALLS = scene([240, 231, 210], [{ at: [0.3, 0.4], size: 0.12, colour: [204, 68, 58] }, { at: [0.7, 0.4], size: 0.12, colour: [47, 96, 168] }]);

const url = process.env.PSYNE_URL;
assert.ok(url, 'PSYNE_URL must be the address of a running node');

const folder = mkdtempSync(join(tmpdir(), 'psyne-page-'));
let browser;
let page;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  const { complaints } = page;
  await page.context().close();
  assert.deepEqual(complaints, [], 'no policy violation, console error or foreign request');
});

async function open(options) {
  page = await visit(browser, url, options);
  await ready(page);
}

/** The path of a file of 21 MB, all of it a hole. */
function hugeFile() {
  const path = join(folder, 'huge.png');
  writeFileSync(path, '');
  truncateSync(path, 21 * 1024 * 1024);
  return path;
}

test('the page connects, says what the model knows, shows six scenes and the live strip', async () => {
  await open();
  assert.match(await page.title(), /Psyne/);
  // The page is up before the model is.
  await page.locator('#model[data-state="ready"]').waitFor();
  assert.ok((await page.textContent('#model-knows')).length > 20);
  assert.match(await page.textContent('#model-size'), /parameters · .* MB · sees \d+ × \d+ pixels/);
  assert.equal(await page.locator('.scene').count(), 6);
  for (const name of ['workers', 'clients', 'jobs', 'queued', 'waiting', 'channels', 'messages', 'tokens', 'rate', 'batch', 'cached', 'memory', 'uptime']) {
    await page.locator(`[data-figure="${name}"]`, { hasText: /\d/ }).waitFor();
  }
  const uptime = await page.textContent('[data-figure="uptime"]');
  await page.waitForFunction(before => document.querySelector('[data-figure="uptime"]').textContent !== before, uptime, { timeout: 90_000 });
  await keepScreenshot(page, 'start');
});

test('a suggestion for a scene is answered token by token, with its figures', async () => {
  await open();
  await chooseScene(page, 0);
  await page.evaluate(() => {
    globalThis.shownTokens = 0;
    new MutationObserver(changes => {
      for (const change of changes) for (const node of change.addedNodes) shownTokens += node.className === 'token' ? 1 : 0;
    }).observe(document.getElementById('log'), { childList: true, subtree: true });
  });
  const question = await page.locator('.suggestion').first().textContent();
  await page.locator('.suggestion').first().click();
  const turn = page.locator('.turn').first();
  const state = await reached(turn, ...ANSWERED);
  assert.equal(await turn.locator('.turn-question').textContent(), question);
  assert.ok((await turn.locator('.turn-words').textContent()).length > 0);
  const figures = await turn.locator('.turn-figures').textContent();
  assert.match(figures, state === 'sure' ? /^first token \d.* tokens\/s \d+ tokens? \d+% confident/ : /^first token \d/);
  assert.ok((await page.evaluate(() => shownTokens)) >= 1, 'tokens were shown one by one before the end');
  assert.equal(await turn.locator('.turn-answer').getAttribute('aria-live'), 'polite');
  assert.equal(await turn.locator('.turn-answer').getAttribute('aria-busy'), 'false');
});

test('every scene has suggestions, and each is answered', async () => {
  await open();
  for (let i = 0; i < 6; i++) {
    await chooseScene(page, i);
    await page.locator('.suggestion').first().click();
    await reached(page.locator('.turn').nth(i), ...ANSWERED);
  }
  await keepScreenshot(page, 'conversation');
});

test('a picture can be dropped anywhere, pasted, or picked by the button', async () => {
  await open();
  await drop(page, '.strip', [fileOf('dropped.png', 'image/png', BALLS)]);
  await page.locator('#caption', { hasText: 'dropped.png · 640 × 480' }).waitFor();
  assert.equal(await page.getAttribute('#picture', 'alt'), 'Your picture dropped.png');
  await reached(await ask(page, 'How many balls are there?'), ...ANSWERED);

  await paste(page, [fileOf('pasted.png', 'image/png', scene([30, 40, 60], [], 320, 240))]);
  await page.locator('#caption', { hasText: 'pasted.png · 320 × 240' }).waitFor();

  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose another' }).click()]);
  await chooser.setFiles({ name: 'picked.png', mimeType: 'image/png', buffer: BALLS });
  await page.locator('#caption', { hasText: 'picked.png' }).waitFor();
  await reached(await ask(page, 'What colour is the ball on the left?'), ...ANSWERED);
});

test('a picture of more than four megabytes is answered too', async () => {
  await open();
  await drop(page, 'body', [fileOf('large.png', 'image/png', noise(1300))]);
  await page.locator('#caption', { hasText: 'large.png · 1,300 × 1,300' }).waitFor();
  await reached(await ask(page, 'What is in the picture?'), ...ANSWERED);
});

test('two scenes go with one question, and the page says how many the model looks at', async () => {
  await open();
  await page.locator('#model[data-state="ready"]').waitFor();
  assert.match(await page.textContent('#model-size'), /pictures? of a question$/);
  await chooseScene(page, 0);
  await page.locator('.scene-add').nth(1).click();
  await page.locator('.attachment').nth(1).waitFor();
  await reached(await ask(page, 'What is in the picture?'), ...ANSWERED);
});

test('a video is asked about as it plays', async () => {
  const film = await recordVideo(browser, 3);
  await open();
  await drop(page, 'body', [film]);
  await page.locator('#caption', { hasText: 'film.webm' }).waitFor();
  const turn = await ask(page, 'What is it?');
  await turn.locator('.span').first().waitFor();
  await page.keyboard.press('Escape');
  await reached(turn, 'stopped');
});

test('of noise the model says that it is not sure, and the page shows it', async () => {
  await open();
  await drop(page, 'body', [fileOf('noise.png', 'image/png', noise(160))]);
  await page.locator('#caption', { hasText: 'noise.png' }).waitFor();
  const turn = await ask(page, 'What is it?');
  assert.equal(await reached(turn, ...ANSWERED), 'unsure');
  assert.ok(await turn.getByText('Not sure', { exact: true }).isVisible());
  await keepScreenshot(page, 'not-sure');
});

test('an answer is stopped by Escape, and the next question is answered', async () => {
  await open();
  await chooseScene(page, 1);
  await page.evaluate(() => {
    document.querySelector('.suggestion').click();
    dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  });
  assert.equal(await reached(page.locator('.turn').first(), 'stopped', ...ANSWERED), 'stopped');
  await page.locator('.suggestion').first().click();
  await reached(page.locator('.turn').nth(1), ...ANSWERED);
});

test('a model that talks is chosen, asked about a picture, and again without one', async () => {
  await open();
  await chooseScene(page, 0);
  const talker = await page.locator('#models option').last().getAttribute('value');
  await page.selectOption('#models', talker);
  assert.equal(await page.locator('.attachment').count(), 1);
  await reached(await ask(page, 'What is this?'), ...ANSWERED);
  assert.equal(await page.locator('.attachment').count(), 0);
  const again = await ask(page, 'And what else?');
  await reached(again, ...ANSWERED);
  assert.match(await again.locator('.turn-figures').textContent(), /[\d,]+ of [\d,]+ tokens known/);
  await page.locator('#model[data-state="ready"]').waitFor();
  await keepScreenshot(page, 'talker');
});

test('what is wrong with a file is said under the picture', async () => {
  await open();
  const problem = page.locator('#picture-problem');
  await drop(page, 'body', [fileOf('notes.txt', 'text/plain', 'not a picture')]);
  await problem.filter({ hasText: '“notes.txt” is not an image. Use a PNG, JPEG or WebP file.' }).waitFor();
  await drop(page, 'body', [fileOf('half.png', 'image/png', BALLS.subarray(0, 40))]);
  await problem.filter({ hasText: '“half.png” cannot be read as PNG: it may be damaged or incomplete.' }).waitFor();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a file' }).click()]);
  await chooser.setFiles(hugeFile());
  await problem.filter({ hasText: '“huge.png” has 21 MB; an image may have at most 20 MB.' }).waitFor();
  await keepScreenshot(page, 'problem');
  await chooseScene(page, 0);
  assert.equal(await problem.textContent(), '');
});

test('what keeps a question from being asked is said beside it', async () => {
  await open();
  const problem = page.locator('#question-problem');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  assert.equal(await problem.textContent(), 'Choose a picture first.');
  await chooseScene(page, 0);
  await page.fill('#question', '   ');
  await page.keyboard.press('Enter');
  assert.equal(await problem.textContent(), 'Write a question first.');
  await page.keyboard.type('Why');
  assert.equal(await problem.textContent(), '');
});

test('what the node refuses is one sentence in the conversation', async () => {
  await open();
  await chooseScene(page, 0);
  const long = await ask(page, 'why '.repeat(25_000));
  await reached(long, 'failed');
  assert.match(await long.locator('.turn-problem').textContent(), /question/i);
  await keepScreenshot(page, 'refused');
  await drop(page, 'body', [fileOf('bomb.png', 'image/png', blank(8000, 5000))]);
  await page.locator('#caption', { hasText: 'bomb.png' }).waitFor();
  const bomb = await ask(page, 'What is in the picture?');
  await reached(bomb, 'failed');
  assert.match(await bomb.locator('.turn-problem').textContent(), /pixels|large|MP/i);
});

test('everything works by keyboard alone, with the focus always seen', async () => {
  await open();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  const visited = [];
  for (let i = 0; i < 30 && !visited.includes('question'); i++) {
    await page.keyboard.press('Tab');
    visited.push(await page.evaluate(() => {
      const at = document.activeElement;
      const ring = at.id === 'question' ? at.closest('form') : at;
      if (getComputedStyle(ring).outlineStyle === 'none') throw new Error(`no focus ring on ${at.outerHTML}`);
      return at.id || at.className;
    }));
  }
  assert.equal(visited.filter(name => name === 'scene').length, 6);
  await page.locator('.scene').nth(2).focus();
  await page.keyboard.press('Enter');
  await page.locator('#scenes li:nth-child(3) .scene[aria-pressed="true"]').waitFor();
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('What is in the picture?');
  await page.keyboard.press('Shift+Enter');
  assert.equal(await page.inputValue('#question'), 'What is in the picture?\n');
  await page.keyboard.press('Enter');
  await reached(page.locator('.turn').first(), ...ANSWERED);
  assert.equal(await page.inputValue('#question'), '');
});

test('controls, pictures and regions have names', async () => {
  await open();
  await chooseScene(page, 0);
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, textarea, input, img, section, [role=group]')]
      .filter(element => !element.closest('[hidden], [aria-hidden], .top'))
      .filter(element => {
        const label = element.labels?.[0]?.textContent ?? document.getElementById(element.getAttribute('aria-labelledby'))?.textContent;
        const inner = element.textContent.trim() || element.querySelector?.('img')?.alt;
        return !(label || element.getAttribute('aria-label') || element.alt || (element.tagName === 'BUTTON' && inner));
      })
      .map(element => element.outerHTML));
  assert.deepEqual(nameless, []);
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
});

test('on a phone of 360 pixels nothing is cut off and a question is answered', async () => {
  await open({ viewport: PHONE, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  await chooseScene(page, 0);
  await page.locator('.suggestion').first().tap();
  await reached(page.locator('.turn').first(), ...ANSWERED);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  for (const selector of ['#ask', '#question']) {
    const box = await page.locator(selector).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width && box.y + box.height <= PHONE.height, selector);
    assert.ok(box.height >= 36, `${selector} is large enough for a finger`);
  }
  const answer = await page.locator('.turn-answer').boundingBox();
  const dock = await page.locator('.dock').boundingBox();
  assert.ok(answer.y >= 0 && answer.y + answer.height <= dock.y, 'the answer is in view above the question box');
  await keepScreenshot(page, 'phone');
});

for (const colorScheme of ['light', 'dark']) {
  test(`in ${colorScheme} mode every text has the contrast of WCAG AA`, async () => {
    await open({ colorScheme, viewport: DESKTOP });
    await drop(page, 'body', [fileOf('notes.txt', 'text/plain', 'not a picture')]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    assert.deepEqual(await page.evaluate(tooFaint), []);
    await chooseScene(page, 0);
    await page.locator('.suggestion').first().click();
    await reached(page.locator('.turn').first(), ...ANSWERED);
    assert.deepEqual(await page.evaluate(tooFaint), []);
    const [red] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
    assert.equal(red < 128, colorScheme === 'dark');
    await keepScreenshot(page, colorScheme);
  });
}

test('with reduced motion nothing moves', async () => {
  await open({ reducedMotion: 'reduce' });
  await chooseScene(page, 0);
  await page.locator('.suggestion').first().click();
  assert.deepEqual(await page.evaluate(() => document.getAnimations().length), 0);
  await reached(page.locator('.turn').first(), ...ANSWERED);
});
