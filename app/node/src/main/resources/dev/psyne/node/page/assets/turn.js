// One question and its answer in the conversation. Whatever the model says is inserted as text, never as markup.

import { count, milliseconds, percent } from './figures.js';

export class Turn {
  element;
  #answer;
  #words;
  #badge;
  #figures;

  constructor(template, question, thumbnails) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.querySelector('.turn-picture').append(...(thumbnails.length > 1 ? thumbnails.map(numbered) : thumbnails));
    this.element.querySelector('.turn-question').textContent = question;
    this.#answer = this.element.querySelector('.turn-answer');
    this.#words = this.element.querySelector('.turn-words');
    this.#badge = this.element.querySelector('.turn-badge');
    this.#figures = this.element.querySelector('.turn-figures');
    this.#answer.ariaBusy = 'true';
    this.element.dataset.state = 'answering';
  }

  /** Says what the answer waits for. */
  wait(sentence) {
    this.#figures.textContent = sentence;
  }

  /** Adds tokens to what is shown. */
  append(texts) {
    this.#figures.textContent = '';
    this.#words.append(...texts.map(text => inSpan(text, 'token')));
  }

  /** The answer as the node ended it; `firstShownMs` is when its first token was shown, counted from the question. */
  finish(answer, firstShownMs) {
    this.#words.textContent = answer.text.trim() || '(no words)';
    this.#badge.hidden = answer.sure;
    const shown = firstShownMs > 0 && `first token ${milliseconds(firstShownMs)}`;
    if (answer.sure) this.#settle('sure', [shown, ...figures(answer)]);
    else this.#settle('unsure', [shown]);
  }

  stop() {
    this.#settle('stopped', ['stopped']);
  }

  /** Ends the turn with one sentence of what went wrong, after the words that had come. */
  fail(sentence) {
    const problem = this.element.querySelector('.turn-problem');
    problem.textContent = sentence;
    this.#settle('failed', []);
  }

  #settle(state, figures) {
    this.element.dataset.state = state;
    this.#figures.replaceChildren(...figures.filter(Boolean).flatMap(figure => [inSpan(figure), ' ']));
    this.#answer.ariaBusy = 'false';
  }
}

/** One of several pictures, with the number an answer counts it by. */
function numbered(thumbnail, index) {
  const box = document.createElement('div');
  box.className = 'turn-numbered';
  box.append(thumbnail, inSpan(index + 1, 'turn-number'));
  return box;
}

function inSpan(text, className = '') {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}

/** Tokens a second are as the node measured them: reading the question is in it, seeing the picture is not. */
function figures({ tokens, totalMs, confidence, reason, promptTokens, cachedTokens }) {
  return [
    totalMs > 0 && `${count((tokens * 1000) / totalMs)} tokens/s`,
    `${count(tokens)} ${tokens === 1 ? 'token' : 'tokens'}`,
    `${percent(confidence)} confident`,
    cachedTokens > 0 && `${count(cachedTokens)} of ${count(promptTokens)} tokens known`,
    reason === 'length' && 'cut at the longest answer',
  ];
}
