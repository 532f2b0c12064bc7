// Numbers as people read them, at the edges of their units.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes } from '../../../main/resources/dev/psyne/node/page/assets/figures.js';

const KIBIBYTE = 1024;

test('bytes have the unit in which they are short', () => {
  const written = [0, 1, 1023, KIBIBYTE, 99.94 * KIBIBYTE, 99.95 * KIBIBYTE, 1023.4 * KIBIBYTE, 1023.5 * KIBIBYTE, KIBIBYTE ** 2, KIBIBYTE ** 3, KIBIBYTE ** 4].map(bytes);
  assert.deepEqual(written, ['0 B', '1 B', '1023 B', '1.0 kB', '99.9 kB', '100 kB', '1023 kB', '1.0 MB', '1.0 MB', '1.0 GB', '1.0 TB']);
});

test('more than the largest unit stays in it', () => {
  assert.equal(bytes(KIBIBYTE ** 5), '1024 TB');
});
