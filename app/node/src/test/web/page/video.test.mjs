// A video and the camera: asked about as they play, with the answers over time, and what can go wrong with them.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { CAMERA, ask, chooseScene, drop, fileOf, keepScreenshot, launch, reached, ready, visit } from '../fixtures/browser.mjs';
import { tooFaint } from '../fixtures/contrast.mjs';
import { failure, models, startMock, words } from '../fixtures/mock.mjs';
import { jpegSize } from '../fixtures/pictures.mjs';
import { recordVideo } from '../fixtures/video.mjs';

const SECONDS = 6;
const PHONE = { width: 390, height: 844 };

let browser;
let film;
let mock;
let page;

before(async () => {
  browser = await launch(...CAMERA);
  film = await recordVideo(browser, SECONDS);
});

after(() => browser.close());

beforeEach(async () => {
  mock = await startMock();
});

afterEach(async () => {
  await page.context().close();
  await mock.down();
});

async function open(options) {
  page = await visit(browser, mock.url, options);
  await ready(page);
}

/** The film begins again at its end, so that however slow the machine is there is always another frame. */
async function openFilm(options) {
  await open(options);
  await drop(page, 'body', [film]);
  await page.locator('#caption', { hasText: 'film.webm · 320 × 180' }).waitFor();
  await page.locator('#video').evaluate(video => (video.loop = true));
}

const asks = () => mock.calls.filter(({ method }) => method === 'vision.ask');
const playing = () => page.locator('#video').evaluate(video => !video.paused);
const spans = turn => turn.locator('.span').allTextContents();

/** Answers in turn, the last one again and again; `at` are the times they were asked for. */
function answers(...texts) {
  const at = [];
  mock.answer = call => words(texts[Math.min(at.push(performance.now()), texts.length) - 1])(call);
  return at;
}

test('a video is asked about at most once a second, and equal answers are one span that leads back to it', async () => {
  await openFilm();
  const at = answers('red', 'red', 'red', 'blue');
  const turn = await ask(page, 'What colour is it?');
  await page.waitForFunction(() => !document.getElementById('video').paused);
  await turn.locator('.turn-words', { hasText: 'blue' }).waitFor();
  await turn.locator('.span').nth(1).waitFor();
  const said = await spans(turn);
  assert.match(said[0], /^0:\d\d(–0:\d\d)? blue$/);
  assert.match(said.at(-1), /^0:0\d(–0:0\d)? red$/);
  const apart = (at.at(-1) - at[0]) / (at.length - 1);
  assert.ok(apart > 500, `${apart} ms apart, with the delays of the line; the page's own clock is tested by itself`);
  const { args } = asks()[0];
  assert.deepEqual(jpegSize(Buffer.from(args.image)), [128, 72]);
  assert.deepEqual([args.question, args.model, args.max_tokens], ['What colour is it?', 'scenes-2', 48]);
  assert.match(await turn.locator('.turn-figures').textContent(), /\d frames asked about \d+ dropped 128 × 72 pixels, JPEG quality 85%/);
  await keepScreenshot(page, 'video');
  await page.keyboard.press('Escape');
  await reached(turn, 'stopped');
  await page.locator('#video').evaluate(video => video.pause());
  await turn.locator('.span').last().click();
  await page.waitForFunction(() => document.getElementById('video').currentTime < 1);
  assert.deepEqual(page.complaints, []);
});

test('while an answer is on its way frames are dropped and counted, never queued', async () => {
  await openFilm();
  let release;
  const gate = new Promise(resolve => (release = resolve));
  mock.answer = words('red', { pause: () => gate });
  const turn = await ask(page, 'What colour is it?');
  await turn.getByText(/^([2-9]|\d{2,}) dropped$/).waitFor();
  assert.equal(asks().length, 1);
  release();
  await turn.locator('.turn-words', { hasText: 'red' }).waitFor();
});

test('another question takes the place of the one that is being asked, and the button stops it', async () => {
  await openFilm();
  answers('red');
  const first = await ask(page, 'What colour is it?');
  await first.locator('.turn-words', { hasText: 'red' }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  const second = await ask(page, 'What is it?');
  await reached(first, 'stopped');
  await second.locator('.turn-words', { hasText: 'red' }).waitFor();
  assert.equal(asks().at(-1).args.question, 'What is it?');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await reached(second, 'stopped');
  await page.getByRole('button', { name: 'Ask', exact: true }).waitFor();
});

test('a line that breaks is said, and the asking goes on when the node is back', async () => {
  await openFilm();
  answers('red');
  const turn = await ask(page, 'What colour is it?');
  await turn.locator('.turn-words', { hasText: 'red' }).waitFor();
  await mock.down();
  await turn.getByText('The connection was lost. Asking goes on once the node is back.').waitFor();
  answers('blue');
  await mock.up();
  await turn.locator('.turn-words', { hasText: 'blue' }).waitFor();
  assert.equal(await turn.locator('.turn-problem').textContent(), '');
});

test('a busy node is asked again, a model that is gone is not', async () => {
  await openFilm();
  mock.answer = failure('busy', 'The node is busy: 64 questions wait.');
  const turn = await ask(page, 'What colour is it?');
  await turn.getByText('The node is busy: 64 questions wait.').waitFor();
  mock.answer = failure('model_unavailable', 'Its files cannot be used.');
  await reached(turn, 'failed');
  assert.equal(await turn.locator('.turn-problem').textContent(), 'Its files cannot be used.');
  await page.getByRole('button', { name: 'Ask', exact: true }).waitFor();
});

test('a model that is being loaded is said to be', async () => {
  mock.models = models();
  Object.assign(mock.models.data[0].psyne, { state: 'loading', percent: 12 });
  mock.states = { 'scenes-2': 'loading' };
  await openFilm();
  let release;
  const gate = new Promise(resolve => (release = resolve));
  mock.answer = words('red', { pause: () => gate });
  const turn = await ask(page, 'What colour is it?');
  await turn.getByText(/^loading scenes-2/).waitFor();
  release();
  await turn.locator('.turn-words', { hasText: 'red' }).waitFor();
});

test('a file the browser cannot play is said to be so, and what was shown stays', async () => {
  await open();
  await chooseScene(page, 0);
  await drop(page, 'body', [fileOf('broken.webm', 'video/webm', 'this is no video')]);
  await page.getByText('“broken.webm” cannot be played by this browser: it is damaged, or of a kind it does not know.').waitFor();
  assert.match(await page.textContent('#caption'), /^Harbour/);
});

test('a picture takes the place of a video, and ends its question', async () => {
  await openFilm();
  answers('red');
  const turn = await ask(page, 'What colour is it?');
  await turn.locator('.turn-words', { hasText: 'red' }).waitFor();
  await chooseScene(page, 1);
  await reached(turn, 'stopped');
  assert.ok(await page.locator('#video').isHidden());
  assert.ok(await turn.locator('.span').first().isDisabled());
  await reached(await ask(page, 'What?'), 'sure');
});

test('with reduced motion the video is not played, and the frame that is shown is asked about', async () => {
  await openFilm({ reducedMotion: 'reduce' });
  answers('red');
  const turn = await ask(page, 'What colour is it?');
  await turn.locator('.turn-words', { hasText: 'red' }).waitFor();
  assert.equal(await playing(), false);
  assert.equal(asks().length, 1);
});

test('the camera is asked about until it is stopped', async () => {
  await open();
  await page.getByRole('button', { name: 'Use the camera' }).first().click();
  await page.locator('#caption', { hasText: /^Camera · / }).waitFor();
  const track = await page.evaluateHandle(() => document.getElementById('video').srcObject.getVideoTracks()[0]);
  answers('green');
  const turn = await ask(page, 'What is this?');
  await turn.locator('.span', { hasText: '–' }).waitFor();
  assert.equal(await turn.locator('button.span').count(), 0, 'there is nothing to go back to');
  await keepScreenshot(page, 'camera');
  await page.getByRole('button', { name: 'Stop the camera' }).click();
  await reached(turn, 'stopped');
  assert.equal(await track.evaluate(({ readyState }) => readyState), 'ended');
  assert.ok(await page.getByRole('button', { name: 'Choose a file' }).isVisible());
  assert.deepEqual(page.complaints, []);
});

for (const [name, sentence] of [
  ['NotFoundError', 'This device has no camera.'],
  ['NotAllowedError', 'The camera was not allowed. Allow it for this page beside its address, and try again.'],
  ['NotReadableError', 'The camera cannot be used now: another program may have it.'],
]) {
  test(`${name} of the camera is a sentence`, async () => {
    await open();
    await page.evaluate(kind => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', kind));
    }, name);
    await page.getByRole('button', { name: 'Use the camera' }).first().click();
    await page.getByText(sentence).waitFor();
    assert.deepEqual(page.complaints, []);
  });
}

for (const colorScheme of ['light', 'dark']) {
  test(`a video and its answers are in sight on a phone in ${colorScheme} mode`, async () => {
    await openFilm({ viewport: PHONE, colorScheme, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
    answers('red', 'red', 'blue');
    const turn = await ask(page, 'What colour is it?');
    await turn.locator('.span').nth(1).waitFor();
    await page.locator('#video').evaluate(video => video.pause());
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
    const video = await page.locator('#video').boundingBox();
    const answer = await turn.locator('.turn-answer').boundingBox();
    const dock = await page.locator('.dock').boundingBox();
    assert.ok(video.y >= 0 && video.y + video.height <= answer.y, 'the video is in view above the answer');
    assert.ok(answer.y + answer.height <= dock.y, 'the answer is in view above the question box');
    assert.deepEqual(await page.evaluate(tooFaint), []);
    await keepScreenshot(page, `video-phone-${colorScheme}`);
  });
}
