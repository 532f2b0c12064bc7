// When frames are asked about, with a video and a clock the test drives.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Sampler } from '../../../main/resources/dev/psyne/node/page/assets/sampler.js';

class FakeVideo extends EventTarget {
  isPlaying = false;

  play() {
    this.isPlaying = true;
    this.dispatchEvent(new Event('playing'));
  }

  pause() {
    this.isPlaying = false;
    this.dispatchEvent(new Event('pause'));
  }
}

let now;
let video;
let answers;
let told;
let sampler;

beforeEach(() => {
  now = 0;
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
  video = new FakeVideo();
  answers = [];
  told = 0;
  sampler = new Sampler(video, () => new Promise(resolve => answers.push(resolve)), () => (told += 1));
});

afterEach(() => {
  sampler.end();
  mock.timers.reset();
  mock.restoreAll();
});

function pass(ms) {
  now += ms;
  mock.timers.tick(ms);
}

/** Lets the answer that is on its way come. */
async function answer() {
  answers.at(-1)();
  await new Promise(resolve => setImmediate(resolve));
}

test('a video that stands still is asked about once', async () => {
  sampler.begin();
  await answer();
  pass(10_000);
  assert.equal(answers.length, 1);
});

test('while it plays it is asked about once a second, however fast the answers are', async () => {
  sampler.begin();
  video.play();
  await answer();
  pass(900);
  assert.equal(answers.length, 1);
  pass(100);
  assert.equal(answers.length, 2);
  await answer();
  pass(1000);
  assert.equal(answers.length, 3);
});

test('while an answer is on its way frames are dropped, and none of them is asked about later', async () => {
  sampler.begin();
  video.play();
  pass(1000);
  pass(1000);
  assert.equal(answers.length, 1);
  assert.equal(sampler.dropped, 2);
  assert.equal(told, 2);
  await answer();
  assert.equal(answers.length, 1);
  pass(1000);
  assert.equal(answers.length, 2);
});

test('pausing pauses the asking; playing again does not ask more often', async () => {
  sampler.begin();
  video.play();
  await answer();
  pass(400);
  video.pause();
  pass(5000);
  assert.equal(answers.length, 1);
  video.play();
  pass(0);
  assert.equal(answers.length, 2);
  await answer();
  video.pause();
  video.play();
  pass(500);
  assert.equal(answers.length, 2);
});

test('once it has ended nothing is asked', async () => {
  sampler.begin();
  video.play();
  await answer();
  sampler.end();
  pass(5000);
  video.play();
  pass(5000);
  assert.equal(answers.length, 1);
});
