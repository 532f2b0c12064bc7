// The page at the edges of the protocol, which a healthy node cannot be made to show: slow tokens, no credit, lost lines, refusals.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { ask, chooseScene, drop, fileOf, keepScreenshot, launch, reached, ready, visit } from '../fixtures/browser.mjs';
import { tooFaint } from '../fixtures/contrast.mjs';
import { failure, models, startMock, words } from '../fixtures/mock.mjs';
import { jpegSize, noise, scene } from '../fixtures/pictures.mjs';

const GIF = Buffer.from('R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const PATIENCE_MS = 30_000;

let browser;
let mock;
let page;

before(async () => {
  browser = await launch();
});

after(() => browser.close());

beforeEach(async () => {
  mock = await startMock();
});

afterEach(async () => {
  await page.context().close();
  await mock.down();
});

async function open(url = mock.url) {
  page = await visit(browser, url);
  await ready(page);
  await chooseScene(page, 1);
}

const lastAsk = () => mock.calls.findLast(({ method }) => method === 'vision.ask');

/** A gate in an answer: tokens from `index` on wait until it is opened. */
function gateAt(index) {
  let opened;
  const promise = new Promise(resolve => (opened = resolve));
  return { pause: async i => i === index && promise, open: opened };
}

test('eight tokens go out on the call, then one for each token shown', async () => {
  await open();
  mock.answer = words(Array.from({ length: 30 }, (_, i) => `word${i}`).join(' '));
  await reached(await ask(page, 'What?'), 'sure');
  assert.equal(lastAsk().waits[0], 8);
  await page.waitForFunction(() => document.querySelector('.turn-words').textContent.endsWith('word29'));
  assert.ok(lastAsk().granted <= 30);
  assert.ok(lastAsk().granted >= 22, 'what the last tokens needed was granted');
  assert.deepEqual(page.complaints, []);
});

test('slow tokens are shown as they come, announced when the answer is whole', async () => {
  await open();
  const gate = gateAt(3);
  mock.answer = words('Three balls lie on the sand.', gate);
  const turn = await ask(page, 'What?');
  await turn.locator('.turn-words', { hasText: /^Three balls lie$/ }).waitFor();
  assert.equal(await turn.getAttribute('data-state'), 'answering');
  assert.equal(await turn.locator('.turn-answer').getAttribute('aria-busy'), 'true');
  await keepScreenshot(page, 'answering');
  gate.open();
  await reached(turn, 'sure');
  assert.equal(await turn.locator('.turn-words').textContent(), 'Three balls lie on the sand.');
  assert.match(await turn.locator('.turn-figures').textContent(), /^first token \d+ ms 75 tokens\/s 6 tokens 94% confident/);
});

test('the stop button cancels the call and keeps the words that came', async () => {
  await open();
  mock.answer = words('Three balls lie on the sand.', gateAt(2));
  const turn = await ask(page, 'What?');
  await turn.locator('.turn-words', { hasText: 'Three balls' }).waitFor();
  await page.fill('#question', 'Another?');
  await page.keyboard.press('Enter');
  assert.equal(await page.textContent('#question-problem'), 'An answer is still coming. Escape stops it.');
  assert.equal(await page.inputValue('#question'), 'Another?');
  await page.getByRole('button', { name: 'Stop' }).click();
  await reached(turn, 'stopped');
  assert.equal(await turn.locator('.turn-words').textContent(), 'Three balls');
  await page.getByRole('button', { name: 'Ask', exact: true }).waitFor();
  await cancelled();
});

test('leaving the page cancels the answer', async () => {
  await open();
  mock.answer = words('Three balls lie on the sand.', gateAt(2));
  await (await ask(page, 'What?')).locator('.turn-words', { hasText: 'Three balls' }).waitFor();
  await page.goto('about:blank');
  await cancelled();
});

test('an answer the model is not sure of looks different and says so', async () => {
  await open();
  mock.answer = words('I am not sure.', { sure: false, confidence: 0.31 });
  const turn = await ask(page, 'Who painted this?');
  await reached(turn, 'unsure');
  assert.ok(await turn.getByText('Not sure', { exact: true }).isVisible());
  assert.equal(await turn.locator('.turn-words').evaluate(words => getComputedStyle(words).fontStyle), 'italic');
  assert.match(await turn.locator('.turn-figures').textContent(), /^first token \d+ ms $/, 'how sure it is of not being sure says nothing');
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await keepScreenshot(page, 'unsure');
});

test('what the model says is text, never markup', async () => {
  await open();
  const text = '<img src=x onerror="document.title=1"> <b>bold</b> & <script>1</script>';
  mock.answer = words(text);
  const turn = await ask(page, '<i>What?</i>');
  await reached(turn, 'sure');
  assert.equal(await turn.locator('.turn-words').textContent(), text);
  assert.equal(await turn.locator('.turn-question').textContent(), '<i>What?</i>');
  assert.equal(await turn.locator('img, b, i, script').count(), 0);
  assert.deepEqual(page.complaints, []);
});

test('an error of the node is its sentence in the conversation, and the next question is answered', async () => {
  await open();
  mock.answer = failure('busy', 'The node is busy: 64 questions wait. Ask again in a moment.');
  const turn = await ask(page, 'What?');
  await reached(turn, 'failed');
  assert.equal(await turn.locator('.turn-problem').textContent(), 'The node is busy: 64 questions wait. Ask again in a moment.');
  assert.ok(await turn.locator('.turn-answer').isHidden());
  mock.answer = words('Three balls.');
  await reached(await ask(page, 'What?'), 'sure');
});

test('a line that breaks during an answer is said, and the page connects again by itself', async () => {
  await open();
  mock.answer = words('Three balls lie on the sand.', gateAt(2));
  const turn = await ask(page, 'What?');
  await turn.locator('.turn-words', { hasText: 'Three balls' }).waitFor();
  mock.cut();
  await reached(turn, 'failed');
  assert.match(await turn.locator('.turn-problem').textContent(), /^The connection was lost before the answer was finished\./);
  assert.equal(await turn.locator('.turn-words').textContent(), 'Three balls');
  await page.locator('#connection[data-state="open"]').waitFor();
  mock.answer = words('Three balls.');
  await reached(await ask(page, 'What?'), 'sure');
  await page.locator('#strip[data-live]').waitFor();
});

test('a node that is away is said beside the question, until it is back', async () => {
  await open();
  await mock.down();
  await page.getByText('The connection to the node is lost. Trying again…').waitFor();
  assert.equal(await page.getAttribute('#strip', 'data-live'), null);
  await ask(page, 'What?');
  assert.equal(await page.textContent('#question-problem'), 'There is no connection to the node right now. Ask again in a moment.');
  assert.equal(await page.inputValue('#question'), 'What?');
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await keepScreenshot(page, 'lost');
  const retry = page.getByRole('button', { name: 'Try now' });
  await retry.waitFor();
  await mock.up();
  // The page tries by itself too and hides the button once it is connected, so the click does not ask that it is seen.
  await page.locator('#retry').dispatchEvent('click');
  await page.locator('#connection[data-state="open"]').waitFor();
  assert.ok(await page.locator('.note').isHidden());
});

test('a node without room for the page is said to be so', async () => {
  mock.refuse = 1013;
  page = await visit(browser, mock.url);
  await page.getByText('The node has no room for this page right now. Trying again…').waitFor();
  mock.refuse = null;
  await ready(page);
});

test('a node of another version is said to be so', async () => {
  mock.version = 2;
  page = await visit(browser, mock.url);
  await page.getByText('This page and the node are of different versions. Reload the page.').waitFor();
  assert.equal(await page.textContent('#connection'), 'Not connected');
});

test('a token in the address opens the node, leaves the address bar and outlives a reload', async () => {
  await mock.down();
  mock = await startMock({ token: 'secret words' });
  await open();
  assert.equal(new URL(page.url()).search, '');
  await page.reload();
  await ready(page);
  assert.deepEqual(page.complaints, []);
});

test('without the token the page says how to get in', async () => {
  await mock.down();
  mock = await startMock({ token: 'secret' });
  page = await visit(browser, new URL('/', mock.url).href);
  await page.getByText('This node asks for its token: open this page with ?token=… at the end of the address.').waitFor();
});

test('a small file goes to the node as it is', async () => {
  await open();
  const file = scene([240, 231, 210], [], 64, 48);
  await drop(page, 'body', [fileOf('small.png', 'image/png', file)]);
  await page.locator('#caption', { hasText: 'small.png' }).waitFor();
  await reached(await ask(page, 'What?'), 'sure');
  assert.deepEqual(Buffer.from(lastAsk().args.image), file);
  assert.equal(lastAsk().args.question, 'What?');
});

test('a file over four megabytes is drawn with 1024 pixels, other formats are drawn as JPEG', async () => {
  await open();
  mock.answer = words('A dot.');
  const files = [['large.png', 'image/png', noise(1300), 1024], ['dot.gif', 'image/gif', GIF, 1]];
  for (const [name, type, bytes, edge] of files) {
    await drop(page, 'body', [fileOf(name, type, bytes)]);
    await page.locator('#caption', { hasText: name }).waitFor();
    await reached(await ask(page, 'What?'), 'sure');
    assert.deepEqual(jpegSize(Buffer.from(lastAsk().args.image)), [edge, edge]);
  }
});

/** A listing with a model that talks beside the embedded one. */
function withTalking(state) {
  return models({ id: 'talker', object: 'model', psyne: { state, talks: true, bytes: 257_000_000, knows: state === 'ready' ? 'Talks, also about pictures.' : undefined } });
}

async function openTalking(state = 'ready') {
  mock.models = withTalking(state);
  await open();
  await page.selectOption('#models', 'talker');
}

test('a model that talks is asked with several pictures, and knows what was said before', async () => {
  await openTalking();
  assert.equal(await page.textContent('#model-name'), 'talker');
  const [red, blue] = [scene([200, 60, 50], [], 64, 48), scene([40, 90, 200], [], 64, 48)];
  await page.locator('.attachment-remove').click();
  for (const [name, bytes, where] of [['red.png', red, 'body'], ['blue.png', blue, '[data-add]']]) {
    await drop(page, where, [fileOf(name, 'image/png', bytes)]);
    await page.locator('#caption', { hasText: name }).waitFor();
  }
  assert.equal(await page.locator('.attachment').count(), 2);
  await keepScreenshot(page, 'attachments');
  const first = await ask(page, 'What differs?');
  await reached(first, 'sure');
  assert.equal(await first.locator('canvas').count(), 2);
  assert.equal(lastAsk().args.model, 'talker');
  assert.deepEqual(lastAsk().args.images.map(image => Buffer.from(image)), [red, blue]);
  assert.deepEqual(lastAsk().args.messages, []);
  assert.equal(await page.locator('.attachment').count(), 0);

  const second = await ask(page, 'And the light?');
  await reached(second, 'sure');
  assert.deepEqual(lastAsk().args.images, []);
  const [user, assistant] = lastAsk().args.messages;
  assert.equal(user.role, 'user');
  assert.deepEqual(user.content.map(part => (typeof part === 'string' ? part : Buffer.from(part))), [red, blue, 'What differs?']);
  assert.deepEqual(assistant, { role: 'assistant', content: ['Three balls and a small yellow sun.'] });
  assert.deepEqual(await page.evaluate(tooFaint), []);
  await keepScreenshot(page, 'talking');

  await page.getByRole('button', { name: 'New conversation' }).click();
  assert.equal(await page.locator('.turn').count(), 0);
  await reached(await ask(page, 'Again?'), 'sure');
  assert.deepEqual(lastAsk().args.messages, []);
  assert.deepEqual(page.complaints, []);
});

test('a model that talks needs no picture, and another model starts over', async () => {
  mock.models = withTalking('ready');
  page = await visit(browser, mock.url);
  await ready(page);
  await page.selectOption('#models', 'talker');
  await reached(await ask(page, 'Hello?'), 'sure');
  assert.deepEqual(lastAsk().args, { model: 'talker', messages: [], images: [], question: 'Hello?' });
  await page.selectOption('#models', 'scenes-2');
  await ask(page, 'And now?');
  assert.equal(await page.textContent('#question-problem'), 'Choose a picture first.');
  assert.ok(await page.getByRole('button', { name: 'New conversation' }).isHidden());
});

test('an answer that waits for its model says so, and the panel follows when it is there', async () => {
  await openTalking('loading');
  assert.equal(await page.textContent('#model-knows'), 'It is being loaded.');
  const gate = gateAt(0);
  mock.answer = words('Here I am.', gate);
  const turn = await ask(page, 'Are you there?');
  await turn.getByText('loading talker, 245 MB …').waitFor();
  await keepScreenshot(page, 'loading');
  mock.models = withTalking('ready');
  mock.states = { 'scenes-2': 'ready', talker: 'ready' };
  await page.getByText('Talks, also about pictures.').waitFor();
  gate.open();
  await reached(turn, 'sure');
  assert.equal(await page.inputValue('#models'), 'talker');
});

/** Waits until the mock sees that its last call is cancelled. */
async function cancelled() {
  const late = performance.now() + PATIENCE_MS;
  while (!lastAsk().cancelled) {
    assert.ok(performance.now() < late, 'the call was not cancelled');
    await new Promise(resolve => setImmediate(resolve));
  }
}

test('how far a model has been loaded stands beside its name, and where an answer waits for it', async () => {
  mock.models = models();
  Object.assign(mock.models.data[0].psyne, { state: 'loading', percent: 12, knows: undefined });
  mock.states = { 'scenes-2': 'loading' };
  mock.loading = { 'scenes-2': 37 };
  await open();
  await page.getByText('37% loaded').waitFor();
  assert.equal(await page.locator('#model-loading progress').evaluate(bar => bar.value), 37);
  assert.deepEqual(await page.evaluate(tooFaint), []);
  mock.loading = { 'scenes-2': 62 };
  await page.getByText('62% loaded').waitFor();
  mock.answer = words('Three balls.', gateAt(0));
  const turn = await ask(page, 'What?');
  await turn.getByText('loading scenes-2, 62% of').waitFor();
  await page.keyboard.press('Escape');
  mock.models = models();
  mock.states = { 'scenes-2': 'ready' };
  mock.loading = {};
  await page.locator('#model[data-state="ready"]').waitFor();
  assert.ok(await page.locator('#model-loading').isHidden());
  assert.deepEqual(page.complaints, []);
});

test('the strip shows all of its figures on a laptop and is scrolled to the last of them on a phone', async () => {
  await open();
  await page.locator('#strip[data-live]').waitFor();
  const hidden = () => page.locator('#strip').evaluate(strip => strip.scrollWidth - strip.clientWidth);
  for (const width of [1160, 1200, 1360]) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await hidden(), 0, `at ${width} pixels`);
  }
  for (const width of [400, 800, 1000]) {
    await page.setViewportSize({ width, height: 800 });
    assert.ok((await hidden()) > 0);
    // In one step, since the figures are alive and grow.
    const right = await page.locator('#strip').evaluate(strip => {
      strip.scrollTo(strip.scrollWidth, 0);
      return [...strip.querySelectorAll('dl > div')].at(-1).getBoundingClientRect().right;
    });
    assert.ok(right <= width - 30, `the last figure ends at ${right} of ${width}, not under the fading`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  }
});
