// Teaching a thing of one's own: the lesson and its pictures, what goes wrong with them, and the list of what was taught.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { CAMERA, ask, drop, fileOf, keepScreenshot, launch, paste, reached, ready, visit } from '../fixtures/browser.mjs';
import { tooFaint } from '../fixtures/contrast.mjs';
import { models, startMock, words } from '../fixtures/mock.mjs';
import { jpegSize, noise, scene } from '../fixtures/pictures.mjs';

const COLOURS = {
  red: [200, 60, 50], blue: [40, 90, 200], green: [60, 150, 70], grey: [120, 120, 120], black: [10, 10, 10], white: [250, 250, 250],
  pink: [230, 150, 170], brown: [120, 80, 40], teal: [30, 130, 130], gold: [200, 170, 60], navy: [20, 30, 90],
};
const MUG = [{ at: [0.5, 0.37], size: 0.15, box: 0.8, colour: [90, 60, 160] }];
const BYTES = Object.fromEntries(Object.entries(COLOURS).map(([name, colour]) => [name, scene(colour, MUG, 64, 48)]));
const WIDTHS = [375, 768, 1280];

let browser;
let mock;
let page;

before(async () => {
  browser = await launch(...CAMERA);
});

after(() => browser.close());

beforeEach(async () => {
  mock = await startMock();
});

afterEach(async () => {
  const { complaints } = page;
  await page.context().close();
  await mock.down();
  assert.deepEqual(complaints, []);
});

const file = name => fileOf(`${name}.png`, 'image/png', BYTES[name]);
const dialog = () => page.getByRole('dialog', { name: 'Teach scenes-2' });
const pictures = () => page.locator('.lesson-picture');
const problem = () => page.locator('#lesson-problem');
const teachButton = () => dialog().getByRole('button', { name: 'Teach it', exact: true });
const thing = name => page.locator('.thing', { hasText: name });
const lastCall = method => mock.calls.findLast(call => call.method === method);
const focused = () => page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.id);

/** Opens the page and the dialog of it. */
async function open(options) {
  page = await visit(browser, mock.url, options);
  await ready(page);
  await page.getByRole('button', { name: 'Teach it a thing of yours' }).click();
  await dialog().waitFor();
}

async function dropped(...colours) {
  const before = await pictures().count();
  await drop(page, '#lesson', colours.map(file));
  await pictures().nth(before + colours.length - 1).waitFor();
}

async function taught(name) {
  await page.fill('#lesson-name', name);
  await dropped('red', 'blue', 'green');
  await page.keyboard.press('Enter');
  await page.getByText(`Learned “${name}”`).waitFor();
}

test('a thing is taught by dropped, pasted and chosen pictures, and listed at once', async () => {
  await open();
  assert.equal(await focused(), 'lesson-name');
  assert.equal(await page.textContent('#lesson-count'), 'No pictures yet. 3 to 10 are needed.');
  await page.fill('#lesson-name', '  my   mug ');
  await dropped('red', 'blue');
  assert.equal(await page.textContent('#lesson-count'), '2 pictures. One more is needed.');
  await paste(page, [file('green')]);
  await pictures().nth(2).waitFor();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose files' }).click()]);
  await chooser.setFiles({ name: 'grey.png', mimeType: 'image/png', buffer: BYTES.grey });
  await pictures().nth(3).waitFor();
  assert.equal(await page.textContent('#lesson-count'), '4 pictures. Up to 10 can be taken; more of them teach better.');
  await keepScreenshot(page, 'teaching');
  await teachButton().click();
  await page.getByText('Learned “my mug” from 4 pictures. Ask about it by that name.').waitFor();
  const { args } = lastCall('vision.teach');
  assert.deepEqual([args.model, args.name], ['scenes-2', 'my mug']);
  assert.deepEqual(args.images.map(image => Buffer.from(image)), [BYTES.red, BYTES.blue, BYTES.green, BYTES.grey]);
  assert.equal(await pictures().count(), 0);
  assert.equal(await page.inputValue('#lesson-name'), '');
  assert.match(await thing('my mug').textContent(), /4 pictures · Mar 4, 2026/);
  assert.equal(await focused(), 'lesson-give');
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'hidden' });
  assert.equal(await page.textContent('#taught-names'), 'It was taught “my mug”.');
  assert.equal(await page.locator('#stage').getAttribute('data-filled'), null, 'the lesson is not the question');
  assert.equal(await focused(), 'teach');
});

test('with the keyboard alone: name, pictures left out, taught, renamed, forgotten and back', async () => {
  mock.taught.known('Rex');
  await open();
  await page.keyboard.type('my mug');
  await dropped('red', 'blue', 'green', 'grey');
  for (const label of ['lesson-pick', 'lesson-camera', 'Leave out picture 1, red.png', 'Leave out picture 2, blue.png']) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), label);
  }
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'Leave out picture 2, green.png', 'the next one takes its place');
  assert.equal(await pictures().count(), 3);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await focused(), 'Leave out picture 2, green.png', 'the one before where it was the last');
  await dropped('blue');
  for (const id of ['Leave out picture 3, blue.png', 'lesson-give']) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), id);
  }
  await page.keyboard.press('Enter');
  await thing('my mug').waitFor();
  for (const label of ['Rename Rex', 'Export Rex', 'Forget Rex', 'Rename my mug']) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), label);
  }
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'New name of my mug');
  await page.keyboard.type('my cup');
  await page.keyboard.press('Enter');
  await page.getByText('“my mug” is called “my cup” now.').waitFor();
  assert.equal(await focused(), 'Rename my cup');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  assert.ok(await dialog().isVisible(), 'Escape ended the renaming alone');
  assert.equal(await focused(), 'Rename my cup');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('“my cup” is forgotten.').waitFor();
  assert.equal(await focused(), 'Undo: bring my cup back');
  await page.keyboard.press('Enter');
  await page.getByText('“my cup” is back.').waitFor();
  assert.equal(await focused(), 'Forget my cup');
  assert.deepEqual([...mock.taught.things.keys()], ['Rex', 'my cup']);
});

test('what is missing is said where it is missing', async () => {
  await open();
  await teachButton().click();
  assert.equal(await problem().textContent(), 'Give it a name first.');
  assert.equal(await focused(), 'lesson-name');
  assert.equal(await page.getAttribute('#lesson-name', 'aria-invalid'), 'true');
  await page.fill('#lesson-name', 'mug_7!');
  assert.equal(await problem().textContent(), '');
  await teachButton().click();
  assert.equal(await problem().textContent(), '“mug_7!” cannot be a name: use up to 40 letters, digits, spaces and hyphens.');
  await page.fill('#lesson-name', 'Müllers Tasse-2');
  await dropped('red', 'blue');
  await page.keyboard.press('Enter');
  assert.equal(await problem().textContent(), '2 pictures. One more is needed.');
  assert.equal(lastCall('vision.teach'), undefined);
  assert.deepEqual(await page.evaluate(tooFaint), []);
});

test('files that are no pictures, the same picture twice and more than ten are named', async () => {
  await open();
  await dropped('red');
  await drop(page, '#lesson', [file('red'), fileOf('notes.txt', 'text/plain', 'hello'), file('blue')]);
  await pictures().nth(1).waitFor();
  assert.equal(await problem().textContent(), '“red.png” is there already. Take another picture of the thing. “notes.txt” is not an image. Use a PNG, JPEG or WebP file.');
  await drop(page, '#lesson', ['green', 'grey', 'black', 'white', 'pink', 'brown', 'teal', 'gold', 'navy'].map(file));
  await pictures().nth(9).waitFor();
  await problem().filter({ hasText: 'A thing is taught by at most 10 pictures: 1 of 9 were left out.' }).waitFor();
  assert.equal(await page.textContent('#lesson-count'), '10 pictures, which is all it takes.');
  assert.ok(await page.getByRole('button', { name: 'Choose files' }).isDisabled());
  await paste(page, [file('navy')]);
  await problem().filter({ hasText: 'A thing is taught by at most 10 pictures. Leave one out first.' }).waitFor();
  await page.getByRole('button', { name: 'Leave out picture 1, red.png' }).click();
  await paste(page, [file('navy')]);
  await pictures().nth(9).waitFor();
});

test('large pictures are drawn smaller, so that ten of them go into one call', async () => {
  await open();
  await page.fill('#lesson-name', 'static');
  await dropped('red', 'blue');
  // 2.2 MB, which a question takes as it is.
  await drop(page, '#lesson', [fileOf('noise.png', 'image/png', noise(860))]);
  await pictures().nth(2).waitFor();
  await teachButton().click();
  await page.getByText('Learned “static”').waitFor();
  const [small, , large] = lastCall('vision.teach').args.images.map(image => Buffer.from(image));
  assert.deepEqual(small, BYTES.red);
  assert.deepEqual(jpegSize(large), [860, 860]);
  assert.ok(large.length < 1_900_000, `${large.length} bytes`);
});

test('what the node says about a picture is said with its name and shown at it; the lesson stays', async () => {
  await open();
  await page.fill('#lesson-name', 'my mug');
  await dropped('red', 'blue', 'green');
  mock.taught.refuse('vision.teach', 'invalid_image', 'Picture 2 shows no thing that stands out. Take it closer.');
  await teachButton().click();
  await problem().filter({ hasText: '“blue.png”: Picture 2 shows no thing that stands out. Take it closer.' }).waitFor();
  assert.deepEqual(await pictures().evaluateAll(items => items.map(item => item.hasAttribute('data-wrong'))), [false, true, false]);
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await keepScreenshot(page, 'teaching-refused');
  mock.taught.accept('vision.teach');
  await page.getByRole('button', { name: 'Leave out picture 2, blue.png' }).click();
  assert.equal(await problem().textContent(), '');
  await dropped('grey');
  await teachButton().click();
  await thing('my mug').waitFor();
});

test('a name that the model knows is refused in the node’s words', async () => {
  await open();
  await page.fill('#lesson-name', 'sun');
  await dropped('red', 'blue', 'green');
  await teachButton().click();
  await problem().filter({ hasText: "'sun' is a name the model knows. Choose another one, such as 'my sun'." }).waitFor();
});

test('while it learns there is progress, nothing can be changed, and it can be stopped', async () => {
  await open();
  let learned;
  mock.taught.learning = () => new Promise(resolve => (learned = resolve));
  await page.fill('#lesson-name', 'my mug');
  await dropped('red', 'blue', 'green');
  await teachButton().click();
  await page.locator('#lesson-status', { hasText: 'Learning “my mug” from 3 pictures …' }).waitFor();
  assert.ok(await page.locator('#lesson-progress').isVisible());
  assert.equal(await teachButton().getAttribute('aria-disabled'), 'true');
  assert.ok(await page.getByRole('button', { name: 'Choose files' }).isDisabled());
  await teachButton().click({ force: true });
  assert.equal(mock.calls.filter(({ method }) => method === 'vision.teach').length, 1);
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await keepScreenshot(page, 'teaching-learning');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('Stopped. “my mug” was not learned.').waitFor();
  assert.ok(lastCall('vision.teach').cancelled);
  assert.equal(await pictures().count(), 3);
  assert.equal(await focused(), 'lesson-give');
  learned();
});

test('a line that breaks during a lesson is said, and the list is right once the node is back', async () => {
  await open();
  let learned;
  mock.taught.learning = () => new Promise(resolve => (learned = resolve));
  await page.fill('#lesson-name', 'my mug');
  await dropped('red', 'blue', 'green');
  await teachButton().click();
  await page.locator('#lesson-progress').waitFor();
  mock.cut();
  await problem().filter({ hasText: 'The connection was lost before the node was done.' }).waitFor();
  assert.equal(await pictures().count(), 3);
  learned();
  await page.locator('#connection[data-state="open"]').waitFor({ state: 'attached' });
  await thing('my mug').waitFor();
});

test('pictures are taken by the camera, which ends with the dialog', async () => {
  await open();
  await page.fill('#lesson-name', 'my desk');
  await page.getByRole('button', { name: 'Use the camera' }).last().click();
  const shutter = page.getByRole('button', { name: 'Take a picture' });
  await shutter.waitFor();
  for (let taken = 1; taken <= 3; taken++) {
    // The camera's pattern moves; a frame that is there already is refused, and the next one taken.
    while ((await pictures().count()) < taken) {
      await shutter.click();
      await page.waitForFunction(() => new Promise(resolve => document.getElementById('lesson-video').requestVideoFrameCallback(() => resolve(true))));
    }
  }
  await keepScreenshot(page, 'teaching-camera');
  assert.equal(await pictures().first().getAttribute('title'), 'picture 1 of the camera');
  await teachButton().click();
  await thing('my desk').waitFor();
  const { images } = lastCall('vision.teach').args;
  assert.equal(Math.max(...jpegSize(Buffer.from(images[0]))), 640);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  assert.ok(await page.locator('#lesson-video').evaluate(video => video.srcObject === null));
  assert.equal(await page.locator('#stage').getAttribute('data-filled'), null);
});

test('a thing is renamed in its place; a bad name is refused there', async () => {
  mock.taught.known('my cup', 'my mug');
  await open();
  await page.getByRole('button', { name: 'Rename my cup' }).click();
  const row = page.locator('.thing').first();
  await row.getByRole('textbox').fill('my/cup');
  await row.getByRole('button', { name: 'Save' }).click();
  assert.equal(await row.getByRole('alert').textContent(), '“my/cup” cannot be a name: use up to 40 letters, digits, spaces and hyphens.');
  await row.getByRole('textbox').fill('my mug');
  await row.getByRole('button', { name: 'Save' }).click();
  await row.getByText("'my mug' was taught already. Forget it first, or choose another name.").waitFor();
  await keepScreenshot(page, 'teaching-renaming');
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await row.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await row.locator('.thing-name').textContent(), 'my cup');
});

test('what is forgotten leaves a way back, until that is gone', async () => {
  await visitWithClock();
  mock.taught.known('my cup', 'my mug');
  await page.getByRole('button', { name: 'Teach it a thing of yours' }).click();
  await page.getByRole('button', { name: 'Forget my cup' }).click();
  await page.getByRole('button', { name: 'Undo: bring my cup back' }).waitFor();
  assert.deepEqual([...mock.taught.things.keys()], ['my mug']);
  assert.equal(await page.textContent('#taught-names'), 'It was taught “my mug”.');
  assert.equal(await page.locator('.thing').count(), 2, 'its place is kept');
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await keepScreenshot(page, 'teaching-forgotten');
  mock.taught.forgotten.clear();
  await page.getByRole('button', { name: 'Undo: bring my cup back' }).click();
  await page.getByText('It was forgotten too long ago to be brought back. Teach it again.').waitFor();
  await page.clock.fastForward(301_000);
  await page.locator('.thing').nth(1).waitFor({ state: 'detached' });
  assert.equal(await focused(), 'Rename my mug');
});

/** A page whose timers the test drives. */
async function visitWithClock() {
  page = await visit(browser, 'about:blank');
  await page.context().close();
  const context = await browser.newContext();
  page = Object.assign(await context.newPage(), { complaints: [] });
  await page.clock.install();
  await page.goto(mock.url);
  await ready(page);
}

test('a thing goes to a file and comes back from it; another file is named', async () => {
  mock.taught.known('my cup');
  await open();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export my cup' }).click()]);
  assert.equal(download.suggestedFilename(), 'my-cup.psyne');
  const bytes = await readFile(await download.path());
  await page.getByText('“my cup” is in my-cup.psyne.').waitFor();
  await page.getByRole('button', { name: 'Forget my cup' }).click();
  await page.getByRole('button', { name: 'Undo: bring my cup back' }).waitFor();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Import from a file' }).click()]);
  await chooser.setFiles([
    { name: 'my-cup.psyne', mimeType: 'application/octet-stream', buffer: bytes },
    { name: 'other.psyne', mimeType: 'application/octet-stream', buffer: Buffer.from('what?') },
    { name: 'film.psyne', mimeType: 'application/octet-stream', buffer: Buffer.alloc(5_000_000) },
  ]);
  const said = '“other.psyne”: This is no file of a thing that was taught. “film.psyne” is too large to be a thing that was taught. Choose a file that was exported here.';
  await page.locator('#things-problem', { hasText: said }).waitFor();
  assert.equal(await page.textContent('#things-status'), '“my cup” was read from my-cup.psyne.');
  await page.getByRole('button', { name: 'Rename my cup' }).waitFor();
  assert.deepEqual([...mock.taught.things.keys()], ['my cup']);
});

test('names are text, never markup, and many of them are counted', async () => {
  mock.taught.known('<b>bold</b>', ...Array.from({ length: 14 }, (_, i) => `thing ${i + 10}`));
  await open();
  assert.equal(await page.locator('.thing-name').first().textContent(), '<b>bold</b>');
  assert.equal(await page.locator('.thing b, #taught b').count(), 0);
  assert.match(await page.textContent('#taught-names'), /^It was taught “<b>bold<\/b>”, “thing 10”, .*“thing 16”, and 7 more\.$/);
});

test('a model that cannot be taught is not offered to be', async () => {
  mock.taught.refuse('vision.taught', 'unsupported', 'This model cannot be taught.');
  page = await visit(browser, mock.url);
  await ready(page);
  await page.waitForFunction(() => document.getElementById('taught').hidden);
  assert.ok(await page.getByRole('button', { name: 'Teach it a thing of yours' }).isHidden());
});

test('no model is loaded to list what it was taught; the list comes once it is there', async () => {
  mock.models = models({ id: 'other', object: 'model', psyne: { state: 'unloaded', bytes: 257_000_000 } });
  mock.states = { 'scenes-2': 'ready', other: 'unloaded' };
  mock.taught.known('Rex');
  page = await visit(browser, mock.url);
  await ready(page);
  await page.getByText('It was taught “Rex”.').waitFor();
  const asked = () => mock.calls.filter(({ method }) => method === 'vision.taught').map(({ args }) => args.model);
  await page.selectOption('#models', 'other');
  await page.getByText('It is loaded when it is asked.').waitFor();
  assert.ok(await page.locator('#taught').isHidden());
  assert.deepEqual([...new Set(asked())], ['scenes-2']);
  mock.models = models({ id: 'other', object: 'model', psyne: { state: 'ready', knows: 'Much.', bytes: 257_000_000 } });
  mock.states = { 'scenes-2': 'ready', other: 'ready' };
  await page.getByText('Much.').waitFor();
  await page.locator('#taught').waitFor();
  assert.equal(asked().at(-1), 'other');
});

test('Escape in the dialog leaves an answer behind it alone, and the page’s pictures come in as before', async () => {
  await open();
  await page.keyboard.press('Escape');
  await drop(page, 'body', [file('red')]);
  await page.locator('#caption', { hasText: 'red.png' }).waitFor();
  let go;
  const gate = new Promise(resolve => (go = resolve));
  mock.answer = words('Three balls.', { pause: () => gate });
  const turn = await ask(page, 'What?');
  await page.getByRole('button', { name: 'Teach it a thing of yours' }).click();
  await page.locator('#teaching-heading').click();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'hidden' });
  assert.equal(await turn.getAttribute('data-state'), 'answering');
  go();
  await reached(turn, 'sure');
});

for (const colorScheme of ['light', 'dark']) {
  test(`the dialog fits from a phone to a laptop in ${colorScheme} mode`, async () => {
    mock.taught.known('my favourite cup with the long blue handle', 'Rex', 'the red bicycle');
    await open({ viewport: { width: WIDTHS[0], height: 740 }, colorScheme, hasTouch: true });
    await taught('my mug');
    await page.fill('#lesson-name', 'another thing');
    await dropped('red', 'blue', 'green', 'grey', 'black', 'white', 'pink');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 740 });
      assert.deepEqual(await page.evaluate(tooFaint), []);
      assert.deepEqual(await page.evaluate(misfits), [], `at ${width} pixels`);
      await page.locator('#things-import').scrollIntoViewIfNeeded();
      await keepScreenshot(page, `teaching-${width}-${colorScheme}-list`);
      await page.locator('#teaching-close').scrollIntoViewIfNeeded();
      await keepScreenshot(page, `teaching-${width}-${colorScheme}`);
    }
  });
}

/** What is wider than the screen or too small for a finger; runs in the page, so it is self-contained. */
function misfits() {
  const dialog = document.getElementById('teaching');
  const found = dialog.scrollWidth > dialog.clientWidth || document.documentElement.scrollWidth > innerWidth ? ['scrolled sideways'] : [];
  for (const control of dialog.querySelectorAll('button, .field')) {
    if (!control.checkVisibility()) continue;
    const { left, right, width, height } = control.getBoundingClientRect();
    if (left < 0 || right > innerWidth || width < 24 || height < 24) found.push(`${control.ariaLabel ?? control.textContent}: ${width} × ${height} at ${left}`);
  }
  return found;
}

test('many long names leave the picture its place on a small laptop', async () => {
  mock.taught.known(...Array.from({ length: 50 }, (_, i) => `${i + 10} of the things with a very long name`));
  await open({ viewport: { width: 1280, height: 720 } });
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), 720);
  const stage = await page.locator('#stage').boundingBox();
  assert.ok(stage.height >= 192, `${stage.height} pixels`);
  const side = await page.locator('.picture-side').boundingBox();
  const panel = await page.locator('#model').boundingBox();
  assert.ok(panel.y + panel.height <= side.y + side.height + 1, 'nothing is cut off');
  await keepScreenshot(page, 'taught-many');
});
