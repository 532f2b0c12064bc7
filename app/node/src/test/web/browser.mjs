// Chromium for the suites: one headless browser, and pages that report every violation, error and foreign request.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export const DESKTOP = { width: 1360, height: 850 };
export const PHONE = { width: 360, height: 740 };

/** Starts Chromium with a profile of its own, which is thrown away with it. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
}

/** Opens the page at `url`; `page.complaints` collects what a clean page never has. */
export async function visit(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const { host } = new URL(url);
  page.complaints = [];
  page.on('console', message => message.type() === 'error' && page.complaints.push(`console: ${message.text()}`));
  page.on('pageerror', problem => page.complaints.push(`error: ${problem.message}`));
  page.on('request', request => {
    const address = new URL(request.url());
    const own = address.host === host || address.protocol === 'blob:' || address.protocol === 'data:';
    if (!own) page.complaints.push(`foreign request: ${address}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(url);
  return page;
}

/** Waits until the page is connected and its scenes are there. */
export async function ready(page) {
  await page.locator('#connection[data-state="open"]').waitFor();
  await page.locator('.scene').nth(5).waitFor();
}

/** Chooses one of the bundled scenes. */
export async function chooseScene(page, index = 0) {
  await page.locator('.scene').nth(index).click();
  await page.locator(`#scenes li:nth-child(${index + 1}) .scene[aria-pressed="true"]`).waitFor();
}

/** Writes a question, asks it, and returns the new turn. */
export async function ask(page, question) {
  const turns = page.locator('.turn');
  const index = await turns.count();
  await page.fill('#question', question);
  await page.keyboard.press('Enter');
  return turns.nth(index);
}

/** Waits for the turn to reach one of these states. */
export async function reached(turn, ...states) {
  const selector = states.map(state => `.turn[data-state="${state}"]`).join(', ');
  await turn.and(turn.page().locator(selector)).waitFor();
  return turn.getAttribute('data-state');
}

/** Drops files `{ name, type, base64 }` on an element. */
export async function drop(page, selector, files) {
  const transfer = await transferOf(page, files);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent(selector, type, { dataTransfer: transfer });
}

/** Pastes files `{ name, type, base64 }` into the page. */
export async function paste(page, files) {
  const transfer = await transferOf(page, files);
  await page.evaluate(data => {
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, transfer);
}

function transferOf(page, files) {
  return page.evaluateHandle(async list => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, files);
}

/** A file for `drop` and `paste`. */
export function fileOf(name, type, bytes) {
  return { name, type, base64: Buffer.from(bytes).toString('base64') };
}

/** Keeps a picture of the page in the folder PSYNE_SCREENSHOTS, where one is given. */
export async function keepScreenshot(page, name) {
  const folder = process.env.PSYNE_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
