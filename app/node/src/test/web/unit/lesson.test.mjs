// A lesson's name, its count of pictures, and which of them a sentence of the node is about.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameProblem, pictureCount, pictureNamed, tidy } from '../../../main/resources/dev/psyne/node/page/assets/lesson.js';

test('names are letters, digits, spaces and hyphens, at most forty', () => {
  for (const name of ['a', 'my mug', 'Müllers Tasse-2', '猫', 'x'.repeat(40)]) assert.equal(nameProblem(name), '', name);
  assert.equal(nameProblem(''), 'Give it a name first.');
  for (const name of ['my_mug', 'a/b', '<b>', 'tab\tbed', '- -', 'x'.repeat(41)]) assert.match(nameProblem(name), /cannot be a name/, name);
});

test('a name is tidied as the node keeps it', () => {
  assert.equal(tidy('  my \t mug '), 'my mug');
  assert.equal(tidy('u\u0308ber'), '\u00fcber');
});

test('the count says what is missing', () => {
  assert.equal(pictureCount(0), 'No pictures yet. 3 to 10 are needed.');
  assert.equal(pictureCount(1), '1 picture. 2 more are needed.');
  assert.equal(pictureCount(2), '2 pictures. One more is needed.');
  assert.match(pictureCount(3), /^3 pictures\. Up to 10/);
  assert.equal(pictureCount(10), '10 pictures, which is all it takes.');
});

test('a sentence names a picture by its number, where there is such a one', () => {
  assert.equal(pictureNamed('Picture 2 shows nothing.', 3), 1);
  assert.equal(pictureNamed('Take picture 10 again.', 10), 9);
  for (const sentence of ['Picture 4 shows nothing.', 'Picture 0 shows nothing.', 'Pictures 2 are needed.', 'A thing needs 3 pictures.', '']) {
    assert.equal(pictureNamed(sentence, 3), -1, sentence);
  }
});
