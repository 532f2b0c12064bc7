// One question about a video and its answers over time, in the conversation. Whatever the model says is inserted as text.

import { CallError } from './connection.js';
import { clock, count, percent } from './figures.js';
import { Sampler } from './sampler.js';
import { Spans } from './spans.js';
import { JPEG_QUALITY } from './video.js';

/** A longer answer would be old when it is there. All of it is granted with the call. */
const MOST_TOKENS = 48;
const MOST_SPANS_SHOWN = 200;
const UNKNOWN_MODEL_EDGE = 512;

/** Failures that pass: the next frame is asked about all the same. */
const PASSING = {
  busy: '',
  lost: 'The connection was lost. Asking goes on once the node is back.',
  disconnected: 'The connection was lost. Asking goes on once the node is back.',
};

/** The event `over` tells that no more frames are asked about. */
export class Watch extends EventTarget {
  element;
  #question;
  #video;
  #connection;
  #models;
  #model;
  #sampler;
  #spans = new Spans();
  #parts;
  #call = null;
  #frame = null;
  #asked = 0;
  #first = '';
  #over = false;
  #listening = new AbortController();

  constructor(template, question, video, connection, models) {
    super();
    this.element = template.content.firstElementChild.cloneNode(true);
    const part = name => this.element.querySelector(`.${name}`);
    this.#parts = {
      picture: part('turn-picture'), badge: part('turn-badge'), words: part('turn-words'), problem: part('turn-problem'),
      figures: part('turn-figures'), spans: part('spans'),
    };
    part('turn-question').textContent = question;
    this.#question = question;
    this.#video = video;
    this.#connection = connection;
    this.#models = models;
    this.#model = models.current.id;
    this.#sampler = new Sampler(video, () => this.#ask(), () => this.#showFigures(this.#first));
    this.element.dataset.state = 'watching';
    this.#listen();
  }

  /** Asks about the frame that is shown, and about others while the video plays. */
  begin() {
    this.#sampler.begin();
    this.#showFigures();
  }

  /** Ends it, with a sentence if something is wrong. */
  end(sentence = '') {
    if (this.#over) return;
    this.#over = true;
    this.#listening.abort();
    this.#sampler.end();
    this.#call?.cancel();
    this.#parts.problem.textContent = sentence;
    this.element.dataset.state = sentence ? 'failed' : 'stopped';
    this.#showFigures();
    this.dispatchEvent(new Event('over'));
  }

  #listen() {
    const { signal } = this.#listening;
    this.#video.addEventListener('seeking', () => this.#spans.cut(), { signal });
    this.#video.addEventListener('close', () => this.end(this.#video.problem), { signal });
    this.#models.addEventListener('model', () => {
      if (this.#models.current.id !== this.#model) this.end('Another model was chosen. Ask again to go on with it.');
    }, { signal });
    // The answers of a file that is not open any more lead nowhere.
    this.#video.addEventListener('close', () => this.#detach(), { once: true });
  }

  #detach() {
    for (const button of this.#parts.spans.querySelectorAll('button')) button.disabled = true;
  }

  async #ask() {
    const frame = await this.#video.frame(this.#models.imageSize || UNKNOWN_MODEL_EDGE);
    if (!frame || this.#over) return;
    this.#frame = frame;
    const args = { model: this.#model, image: frame.bytes, question: this.#question, max_tokens: MOST_TOKENS };
    try {
      this.#call = this.#connection.call('vision.ask', args, { credit: MOST_TOKENS, onItem: () => {} });
      this.#asked += 1;
      this.#showFigures(this.#models.wait || this.#first);
      this.#answered(frame, await this.#call.result);
    } catch (problem) {
      this.#failed(problem);
    } finally {
      this.#call = null;
    }
  }

  #answered(frame, { text, sure, confidence }) {
    if (this.#over) return;
    const { picture, badge, words, problem } = this.#parts;
    const said = text.trim() || '(no words)';
    this.#spans.add({ time: frame.time, text: said, sure });
    picture.replaceChildren(frame.canvas);
    problem.textContent = '';
    badge.hidden = sure;
    this.element.toggleAttribute('data-unsure', !sure);
    // What is said twice is announced once.
    if (words.textContent !== said) words.textContent = said;
    this.#showSpans();
    this.#showFigures(sure ? `${percent(confidence)} confident` : '');
  }

  #failed(problem) {
    if (this.#over) return;
    if (!(problem instanceof CallError)) {
      this.end('This page made a mistake showing the answer. Reload it and ask again.');
      throw problem;
    }
    if (problem.code in PASSING) this.#parts.problem.textContent = PASSING[problem.code] || problem.message;
    else this.end(problem.message);
  }

  #showFigures(first = '') {
    const { dropped } = this.#sampler;
    const { figures } = this.#parts;
    const frame = this.#frame;
    this.#first = first;
    const texts = [
      first,
      `${count(this.#asked)} ${this.#asked === 1 ? 'frame' : 'frames'} asked about`,
      `${count(dropped)} dropped`,
      frame && `${frame.width} × ${frame.height} pixels, JPEG quality ${percent(JPEG_QUALITY)}`,
      this.#over && 'stopped',
    ];
    figures.replaceChildren(...texts.filter(Boolean).flatMap(text => [inSpan(text, ''), ' ']));
  }

  /** The newest is on top. Those that stay are changed in place, so that the focus stays too. */
  #showSpans() {
    const { spans } = this.#parts;
    const list = this.#spans.list().reverse().slice(0, MOST_SPANS_SHOWN);
    while (spans.children.length < list.length) spans.prepend(this.#item());
    while (spans.children.length > list.length) spans.lastElementChild.remove();
    list.forEach((span, i) => show(spans.children[i], span));
  }

  #item() {
    const item = document.createElement('li');
    const isFile = !this.#video.isCamera;
    const row = document.createElement(isFile ? 'button' : 'div');
    row.className = 'span';
    row.append(inSpan('', 'span-time'), ' ', inSpan('', 'span-words'));
    if (isFile) {
      row.type = 'button';
      row.addEventListener('click', () => this.#video.seek(item.from));
    }
    item.append(row);
    return item;
  }
}

function show(item, { from, to, text, sure }) {
  item.from = from;
  const [time, words] = item.querySelectorAll('.span-time, .span-words');
  const times = clock(from) === clock(to) ? clock(from) : `${clock(from)}–${clock(to)}`;
  if (time.textContent !== times) time.textContent = times;
  if (words.textContent !== text) words.textContent = text;
  item.toggleAttribute('data-unsure', !sure);
}

function inSpan(text, className) {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}
