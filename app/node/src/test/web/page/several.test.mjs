// Several pictures in one question: how they come in, are ordered, are left out, and what the node is asked.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { ask, chooseScene, drop, fileOf, keepScreenshot, launch, paste, reached, ready, visit } from '../fixtures/browser.mjs';
import { tooFaint } from '../fixtures/contrast.mjs';
import { models, startMock, words } from '../fixtures/mock.mjs';
import { scene } from '../fixtures/pictures.mjs';

const COLOURS = { red: [200, 60, 50], blue: [40, 90, 200], green: [60, 150, 70], grey: [120, 120, 120], black: [10, 10, 10], white: [250, 250, 250] };
const BYTES = Object.fromEntries(Object.entries(COLOURS).map(([name, colour]) => [name, scene(colour, [], 64, 48)]));
const PHONE = { width: 390, height: 844 };

let browser;
let mock;
let page;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

beforeEach(async () => {
  mock = await startMock();
  looksAt(4);
});

afterEach(async () => {
  const { complaints } = page;
  await page.context().close();
  await mock.down();
  assert.deepEqual(complaints, []);
});

/** The embedded model looks at so many pictures of a question. */
function looksAt(questionPictures) {
  mock.models = models();
  mock.models.data[0].psyne.questionPictures = questionPictures;
}

async function open(options) {
  page = await visit(browser, mock.url, options);
  await ready(page);
}

const file = name => fileOf(`${name}.png`, 'image/png', BYTES[name]);
const thumbnails = () => page.locator('.attachment');
const names = () => thumbnails().evaluateAll(buttons => buttons.map(button => button.getAttribute('aria-label')));
const lastAsk = () => mock.calls.findLast(({ method }) => method === 'vision.ask');
const problem = () => page.locator('#picture-problem');

/** The names of the pictures the node was sent. */
function sent() {
  const { image, images = [image] } = lastAsk().args;
  return images.map(bytes => Object.keys(BYTES).find(name => BYTES[name].equals(Buffer.from(bytes))));
}

async function dropped(selector, ...colours) {
  await drop(page, selector, colours.map(file));
  await page.locator('#caption', { hasText: colours.at(-1) }).waitFor();
}

test('several files dropped at once, another pasted and another added go with one question, in their order', async () => {
  await open();
  await dropped('body', 'red', 'blue');
  assert.deepEqual(await names(), ['Picture 1, red.png', 'Picture 2, blue.png']);
  assert.deepEqual(await page.locator('.suggestion').allTextContents(), ['What changed?', 'Which picture has more things?']);
  await paste(page, [file('green')]);
  await thumbnails().nth(2).waitFor();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Add a picture' }).click()]);
  await chooser.setFiles({ name: 'grey.png', mimeType: 'image/png', buffer: BYTES.grey });
  await thumbnails().nth(3).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Add a picture' }).isHidden());
  const turn = await ask(page, 'What changed?');
  await reached(turn, 'sure');
  assert.deepEqual(sent(), ['red', 'blue', 'green', 'grey']);
  assert.equal(await turn.locator('canvas').count(), 4);
  assert.deepEqual(await turn.locator('.turn-number').allTextContents(), ['1', '2', '3', '4']);
  assert.equal(await thumbnails().count(), 4, 'the next question is about them too');
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await keepScreenshot(page, 'several');
});

test('more than four are too many, and the page says so', async () => {
  await open();
  await drop(page, 'body', Object.keys(COLOURS).map(file));
  await thumbnails().nth(3).waitFor();
  assert.equal(await problem().textContent(), 'A question takes at most 4 pictures: 2 of 6 were left out.');
  await paste(page, [file('white')]);
  await problem().filter({ hasText: 'A question takes at most 4 pictures. Leave one out first.' }).waitFor();
  assert.equal(await thumbnails().count(), 4);
});

test('a file that is no picture is left out and the others are taken', async () => {
  await open();
  await drop(page, 'body', [file('red'), fileOf('notes.txt', 'text/plain', 'hello'), file('blue')]);
  await thumbnails().nth(1).waitFor();
  assert.deepEqual(await names(), ['Picture 1, red.png', 'Picture 2, blue.png']);
  assert.equal(await problem().textContent(), '“notes.txt” is not an image. Use a PNG, JPEG or WebP file.');
});

test('pictures are moved by arrow keys, left out by Delete and by their button, and the focus stays', async () => {
  await open();
  await dropped('body', 'red', 'blue', 'green');
  await thumbnails().first().focus();
  await page.keyboard.press('ArrowRight');
  assert.deepEqual(await names(), ['Picture 1, blue.png', 'Picture 2, red.png', 'Picture 3, green.png']);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.id);
  assert.equal(await focused(), 'Picture 2, red.png');
  await page.keyboard.press('Enter');
  assert.match(await page.textContent('#caption'), /^red\.png/);
  await page.keyboard.press('Delete');
  assert.deepEqual(await names(), ['Picture 1, blue.png', 'Picture 2, green.png']);
  await page.getByRole('button', { name: 'Leave blue.png out' }).click();
  assert.equal(await thumbnails().count(), 0, 'one picture stands on the stage alone');
  assert.match(await page.textContent('#caption'), /^green\.png/);
  await reached(await ask(page, 'What?'), 'sure');
  assert.deepEqual(sent(), ['green']);
});

test('pictures are moved by dragging', async () => {
  await open();
  await dropped('body', 'red', 'blue', 'green');
  await page.locator('.attachment-item').nth(2).dragTo(page.locator('.attachment-item').first());
  assert.deepEqual(await names(), ['Picture 1, green.png', 'Picture 2, red.png', 'Picture 3, blue.png']);
});

test('a file dropped on the stage takes the place of the others, beside it it is added', async () => {
  await open();
  await dropped('body', 'red');
  await dropped('[data-add]', 'blue');
  assert.deepEqual(await names(), ['Picture 1, red.png', 'Picture 2, blue.png']);
  await dropped('#stage', 'green');
  await reached(await ask(page, 'What?'), 'sure');
  assert.deepEqual(sent(), ['green']);
});

test('a scene is added to another by its plus', async () => {
  await open();
  await chooseScene(page, 0);
  await page.getByRole('button', { name: 'Add Field to the question' }).click();
  await thumbnails().nth(1).waitFor();
  assert.deepEqual(await names(), ['Picture 1, Harbour', 'Picture 2, Field']);
  await chooseScene(page, 3);
  assert.equal(await thumbnails().count(), 0);
});

test('a model for one picture says which one it looks at and is sent that one', async () => {
  looksAt(1);
  await open();
  assert.match(await page.textContent('#model-size'), /one picture of a question$/);
  await dropped('body', 'red', 'blue');
  assert.equal(await page.textContent('#attachments-note'), 'scenes-2 looks at one picture of a question: picture 2.');
  await thumbnails().first().focus();
  await page.keyboard.press('ArrowRight');
  await reached(await ask(page, 'What?'), 'sure');
  assert.deepEqual(sent(), ['red']);
  assert.deepEqual(await page.evaluate(tooFaint), []);
});

test('a model that nobody knows yet is sent all, and refuses in its own words', async () => {
  looksAt(undefined);
  await open();
  await dropped('body', 'red', 'blue');
  mock.answer = async call => call.fail('invalid_question', 'This model takes one picture, not 2.');
  const turn = await ask(page, 'What changed?');
  await reached(turn, 'failed');
  assert.equal(await turn.locator('.turn-problem').textContent(), 'This model takes one picture, not 2.');
  assert.deepEqual(sent(), ['red', 'blue']);
});

test('beside the stage there is room for four pictures at 1200 pixels, in dark mode too', async () => {
  await open({ viewport: { width: 1200, height: 800 }, colorScheme: 'dark' });
  await dropped('body', 'red', 'blue', 'green');
  const scenes = await page.locator('.scene-add').count();
  assert.equal(scenes, 6);
  await page.locator('.scene-add').first().click();
  await thumbnails().nth(3).waitFor();
  assert.ok(await page.locator('.scene-add').first().isHidden());
  assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), 800);
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await thumbnails().nth(3).focus();
  await page.keyboard.press('Delete');
  await page.evaluate(() => document.documentElement.classList.add('dropping'));
  assert.equal(await page.locator('[data-add]').textContent(), 'Drop to add as picture 4');
  await keepScreenshot(page, 'several-dropping-dark');
});

for (const colorScheme of ['light', 'dark']) {
  test(`four pictures fit a phone in ${colorScheme} mode`, async () => {
    await open({ viewport: PHONE, colorScheme, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
    await dropped('body', 'red', 'blue', 'green', 'grey');
    mock.answer = words('The second picture has more.');
    const turn = await ask(page, 'Which picture has more things?');
    await reached(turn, 'sure');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
    const answer = await turn.locator('.turn-answer').boundingBox();
    const dock = await page.locator('.dock').boundingBox();
    assert.ok(answer.y >= 0 && answer.y + answer.height <= dock.y, 'the answer is in view above the question box');
    for (const button of await page.locator('.attachment-remove').all()) {
      const box = await button.boundingBox();
      assert.ok(box.width >= 24 && box.height >= 24, 'large enough for a finger');
    }
    assert.deepEqual(await page.evaluate(tooFaint), []);
    await keepScreenshot(page, `several-phone-${colorScheme}`);
  });
}
