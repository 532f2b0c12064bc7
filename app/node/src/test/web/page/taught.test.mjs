// Teaching a thing in the page of a running node: PSYNE_URL is the line that `psyne serve` prints. What is taught here is forgotten at the end.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ask, drop, fileOf, keepScreenshot, launch, reached, ready, visit } from '../fixtures/browser.mjs';
import { scene } from '../fixtures/pictures.mjs';

const url = process.env.PSYNE_URL;
assert.ok(url, 'PSYNE_URL must be the address of a running node');

const GROUNDS = [[240, 231, 210], [203, 225, 238], [225, 235, 220], [245, 245, 245], [230, 215, 225], [215, 215, 200]];
const [PURPLE, ORANGE] = [[110, 50, 150], [240, 140, 40]];
const NAME = 'page test lamp';
const OTHER = 'page test torch';

let browser;
let page;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

afterEach(async () => {
  const { complaints } = page;
  await page.context().close();
  assert.deepEqual(complaints, []);
});

/** A purple stand with an orange ball on it, each time at another place and a little larger or smaller. */
function lamp(index) {
  const [x, y, size] = [0.5 + (index % 3 - 1) * 0.05, 0.4 + (index % 2) * 0.04, 0.14 + (index % 4) * 0.01];
  return scene(GROUNDS[index % GROUNDS.length], [
    { at: [x, y + size * 0.9], size: size * 0.7, box: 0.6, colour: PURPLE },
    { at: [x, y - size * 0.5], size: size * 0.8, colour: ORANGE },
  ], 320, 240);
}

const file = index => fileOf(`lamp-${index}.png`, 'image/png', lamp(index));
const row = name => page.locator('.thing', { has: page.getByText(name, { exact: true }) });
const button = name => page.getByRole('button', { name, exact: true });

async function open() {
  page = await visit(browser, url);
  await ready(page);
  await button('Teach it a thing of yours').click();
  await page.locator('#things-list').waitFor({ state: 'attached' });
}

async function forgetAll() {
  for (const name of [NAME, OTHER]) {
    if (!(await button(`Forget ${name}`).isVisible())) continue;
    await button(`Forget ${name}`).click();
    await button(`Forget ${name}`).waitFor({ state: 'hidden' });
  }
}

test('a thing is taught, asked about, renamed, forgotten and back, given away and taken again', async () => {
  await open();
  await forgetAll();
  await page.fill('#lesson-name', NAME);
  await drop(page, '#lesson', [0, 1, 2, 3, 4].map(file));
  await page.locator('.lesson-picture').nth(4).waitFor();
  await button('Teach it').click();
  await page.getByText(`Learned “${NAME}” from 5 pictures.`).waitFor();
  await row(NAME).getByText('5 pictures').waitFor();
  await keepScreenshot(page, 'taught-real');

  await button('Close').click();
  assert.ok((await page.textContent('#taught-names')).includes(`“${NAME}”`));
  await drop(page, 'body', [file(5)]);
  await page.locator('#caption', { hasText: 'lamp-5.png' }).waitFor();
  const turn = await ask(page, 'What is this?');
  await reached(turn, 'sure');
  assert.match(await turn.locator('.turn-words').textContent(), new RegExp(NAME, 'i'));
  await keepScreenshot(page, 'taught-asked');

  await button('Teach it a thing of yours').click();
  await button(`Rename ${NAME}`).click();
  await page.getByRole('textbox', { name: `New name of ${NAME}` }).fill(OTHER);
  await page.keyboard.press('Enter');
  await page.getByText(`“${NAME}” is called “${OTHER}” now.`).waitFor();

  const [download] = await Promise.all([page.waitForEvent('download'), button(`Export ${OTHER}`).click()]);
  assert.equal(download.suggestedFilename(), 'page-test-torch.psyne');
  await button(`Forget ${OTHER}`).click();
  await button(`Undo: bring ${OTHER} back`).click();
  await page.getByText(`“${OTHER}” is back.`).waitFor();
  await button(`Forget ${OTHER}`).click();
  await button(`Undo: bring ${OTHER} back`).waitFor();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button('Import from a file').click()]);
  await chooser.setFiles({ name: 'torch.psyne', mimeType: 'application/octet-stream', buffer: await bytesOf(download) });
  await page.getByText(`“${OTHER}” was read from torch.psyne.`).waitFor();
  await button(`Rename ${OTHER}`).waitFor();
  await forgetAll();
});

test('the node refuses in its words: a known name, a picture that shows nothing, a file that is none', async () => {
  await open();
  const empty = scene(GROUNDS[0], [], 320, 240);
  await page.fill('#lesson-name', 'cat');
  await drop(page, '#lesson', [file(0), fileOf('empty.png', 'image/png', empty), file(2)]);
  await page.locator('.lesson-picture').nth(2).waitFor();
  await button('Teach it').click();
  await page.locator('#lesson-problem', { hasText: 'cat' }).waitFor();
  await page.fill('#lesson-name', NAME);
  await button('Teach it').click();
  await page.locator('#lesson-problem', { hasText: '“empty.png”: Picture 2 ' }).waitFor();
  assert.ok(await page.locator('.lesson-picture').nth(1).evaluate(item => item.hasAttribute('data-wrong')));
  await keepScreenshot(page, 'taught-refused');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button('Import from a file').click()]);
  await chooser.setFiles({ name: 'other.psyne', mimeType: 'application/octet-stream', buffer: Buffer.from('what?') });
  await page.locator('#things-problem', { hasText: '“other.psyne”: ' }).waitFor();
});

test('a model that talks cannot be taught, and the page does not offer it', async () => {
  page = await visit(browser, url);
  await ready(page);
  await button('Teach it a thing of yours').waitFor();
  await page.selectOption('#models', 'smolvlm2');
  await page.locator('#taught').waitFor({ state: 'hidden' });
  await page.selectOption('#models', 'scenes-2');
  await page.locator('#taught').waitFor();
});

async function bytesOf(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
