// The live strip: what the node is doing, from the stream of node.watch, with rates counted here.

import { count, duration, megabytes, percent } from './figures.js';

const CREDIT_ITEMS = 2;
const REMEMBERED = 40;

const FIGURES = {
  workers: now => count(now.workers),
  jobs: (now, before) => perSecond(now, before, 'jobs'),
  queued: now => count(now.queued),
  waiting: now => count(now.waiting),
  clients: now => count(now.clients),
  channels: now => count(now.channels),
  messages: (now, before) => perSecond(now, before, 'messages'),
  tokens: now => count(now.tokens),
  rate: (now, before) => perSecond(now, before, 'tokens'),
  batch: now => (now.asked > 0 ? `${count(now.batch)} + ${count(now.asked)}` : count(now.batch)),
  cached: now => percent(now.cachedTokens / Math.max(1, now.cachedTokens + now.promptTokens)),
  memory: now => megabytes(now.residentBytes),
  uptime: now => duration(now.uptimeMs),
};

/** Shows the figures. The event `figures` tells that `latest` is new. */
export class Strip extends EventTarget {
  latest = null;
  #element;
  #connection;
  #before = null;
  #curves;

  constructor(element, connection) {
    super();
    this.#element = element;
    this.#connection = connection;
    this.#curves = [...element.querySelectorAll('[data-curve]')].map(line => ({ line, name: line.dataset.curve, rates: Array(REMEMBERED).fill(0) }));
    connection.addEventListener('state', () => connection.state === 'open' && this.#watch());
  }

  async #watch() {
    this.#before = null;
    const call = this.#connection.call('node.watch', {}, {
      credit: CREDIT_ITEMS,
      onItem: item => requestAnimationFrame(() => {
        this.#show(item);
        call.grant(1);
      }),
    });
    this.#element.dataset.live = '';
    // Whether the stream ends, fails or is lost, the strip only goes quiet: the connection tells what is wrong.
    await call.result.catch(() => {});
    delete this.#element.dataset.live;
  }

  #show(now) {
    const before = this.#before ?? now;
    for (const value of this.#element.querySelectorAll('[data-figure]')) {
      value.textContent = FIGURES[value.dataset.figure](now, before);
    }
    for (const { line, name, rates } of this.#curves) {
      rates.push(rate(now, before, name));
      rates.shift();
      line.setAttribute('points', curve(rates));
    }
    this.#before = now;
    this.latest = now;
    this.dispatchEvent(new Event('figures'));
  }
}

function rate(now, before, name) {
  const seconds = (now.uptimeMs - before.uptimeMs) / 1000;
  return seconds > 0 ? Math.max(0, now[name] - before[name]) / seconds : 0;
}

function perSecond(now, before, name) {
  return `${count(rate(now, before, name))}/s`;
}

/** Points in a box of 100 by 20, the newest at the right. */
function curve(rates) {
  const highest = Math.max(...rates, 1);
  const step = 100 / (REMEMBERED - 1);
  return rates.map((value, i) => `${(i * step).toFixed(1)},${(19 - (18 * value) / highest).toFixed(1)}`).join(' ');
}
