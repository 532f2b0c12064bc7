// Answers over the time of a video: which join, and what is forgotten.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_ANSWERS, Spans } from '../../../main/resources/dev/psyne/node/page/assets/spans.js';

function spansOf(...answers) {
  const spans = new Spans();
  for (const [time, text, sure = true] of answers) spans.add({ time, text, sure });
  return spans;
}

const shown = spans => spans.list().map(({ from, to, text }) => [from, to, text]);

test('equal answers that follow each other are one span', () => {
  const spans = spansOf([0, 'dog'], [1, 'dog'], [2, 'cat'], [3, 'dog']);
  assert.deepEqual(shown(spans), [[0, 1, 'dog'], [2, 2, 'cat'], [3, 3, 'dog']]);
});

test('an answer that is sure does not join one that is not', () => {
  assert.equal(spansOf([0, 'dog'], [1, 'dog', false]).list().length, 2);
});

test('a slow model leaves gaps that its equal answers span', () => {
  assert.deepEqual(shown(spansOf([0, 'dog'], [7, 'dog'])), [[0, 7, 'dog']]);
});

test('what was jumped over is not claimed', () => {
  const spans = spansOf([0, 'dog']);
  spans.cut();
  spans.add({ time: 60, text: 'dog', sure: true });
  assert.deepEqual(shown(spans), [[0, 0, 'dog'], [60, 60, 'dog']]);
});

test('going back puts answers where they belong and replaces those of the same second', () => {
  const spans = spansOf([0, 'dog'], [1.2, 'cat'], [2, 'dog']);
  spans.cut();
  spans.add({ time: 1.6, text: 'dog', sure: true });
  assert.deepEqual(shown(spans), [[0, 2, 'dog']]);
});

test('an hour of answers is remembered, the earliest are forgotten first', () => {
  const spans = new Spans();
  for (let time = 0; time < MOST_ANSWERS + 10; time++) spans.add({ time, text: String(time), sure: true });
  const list = spans.list();
  assert.equal(list.length, MOST_ANSWERS);
  assert.equal(list[0].from, 10);
});
