// A lesson before it is given: the name of a thing and its pictures, checked as the node checks them.

import { FEWEST_LESSON_PICTURES, MOST_CALL_PICTURE_BYTES, MOST_LESSON_PICTURES } from './limits.js';
import { thumbnailOf } from './pictures.js';
import { PictureError, readPicture } from './shrink.js';

/** Ten pictures of this size go into one call. */
const SENT_AS_IS_BYTES = Math.floor(MOST_CALL_PICTURE_BYTES / MOST_LESSON_PICTURES);
const NAME = /^(?=.*[\p{L}\p{Nd}])[\p{L}\p{M}\p{Nd} -]{1,40}$/u;

/** The event `change` tells that `list` or `reading` changed. */
export class Lesson extends EventTarget {
  /** `[{ name, bytes, thumbnail }]` in the order the node counts them. */
  list = [];
  /** How many files are still being read. */
  reading = 0;
  #latest = 0;

  /** How many more pictures can be added. */
  get room() {
    return MOST_LESSON_PICTURES - this.list.length;
  }

  /** Adds the pictures among `files`; resolves with what is wrong with the others, a sentence each. */
  async take(files) {
    const turn = this.#latest;
    const { room } = this;
    const problems = tooMany(files.length, room);
    const taken = files.slice(0, room);
    this.#read(taken.length);
    for (const file of taken) {
      const problem = await this.#add(file, turn);
      if (problem) problems.push(problem);
      this.#read(-1);
    }
    return problems;
  }

  /** Adds a frame of the camera; resolves with what is wrong, as `take` does. */
  takeFrame({ canvas, bytes }) {
    return this.#join({ name: `picture ${this.list.length + 1} of the camera`, bytes, thumbnail: thumbnailOf(canvas) });
  }

  remove(picture) {
    this.list = this.list.filter(other => other !== picture);
    this.#changed();
  }

  /** Begins another lesson. */
  clear() {
    this.#latest += 1;
    this.list = [];
    this.#changed();
  }

  async #add(file, turn) {
    const name = file.name || 'pasted image';
    try {
      const { bitmap, bytes } = await readPicture(file, name, SENT_AS_IS_BYTES);
      const thumbnail = thumbnailOf(bitmap);
      bitmap.close();
      return turn === this.#latest ? this.#join({ name, bytes, thumbnail }) : '';
    } catch (problem) {
      if (!(problem instanceof PictureError)) throw problem;
      return problem.message;
    }
  }

  // Files dropped while others are read may find the places taken; the same picture twice teaches nothing.
  #join(picture) {
    if (this.room === 0) return tooMany(1, 0)[0];
    const same = this.list.find(({ bytes }) => isSame(bytes, picture.bytes));
    if (same) return `“${picture.name}” is there already. Take another picture of the thing.`;
    this.list = [...this.list, picture];
    this.#changed();
    return '';
  }

  #read(files) {
    this.reading += files;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** A name as the node keeps it: composed, with one space between words. */
export function tidy(name) {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ');
}

/** What is wrong with a tidy name; nothing where the node may take it. */
export function nameProblem(name) {
  if (!name) return 'Give it a name first.';
  return NAME.test(name) ? '' : `“${name}” cannot be a name: use up to 40 letters, digits, spaces and hyphens.`;
}

/** How many pictures there are and are needed. */
export function pictureCount(pictures) {
  if (pictures === 0) return `No pictures yet. ${FEWEST_LESSON_PICTURES} to ${MOST_LESSON_PICTURES} are needed.`;
  const there = pictures === 1 ? '1 picture' : `${pictures} pictures`;
  const missing = FEWEST_LESSON_PICTURES - pictures;
  if (missing > 0) return `${there}. ${missing === 1 ? 'One more is' : `${missing} more are`} needed.`;
  return pictures < MOST_LESSON_PICTURES ? `${there}. Up to ${MOST_LESSON_PICTURES} can be taken; more of them teach better.` : `${there}, which is all it takes.`;
}

/** The place of the picture that a sentence of the node is about, counted from 0; -1 where it is about none. */
export function pictureNamed(sentence, pictures) {
  const number = Number(/\bpicture (\d{1,2})\b/i.exec(sentence)?.[1] ?? 0);
  return number <= pictures ? number - 1 : -1;
}

function tooMany(given, room) {
  if (given <= room) return [];
  if (room === 0) return [`A thing is taught by at most ${MOST_LESSON_PICTURES} pictures. Leave one out first.`];
  return [`A thing is taught by at most ${MOST_LESSON_PICTURES} pictures: ${given - room} of ${given} were left out.`];
}

function isSame(some, others) {
  return some.length === others.length && some.every((byte, i) => byte === others[i]);
}
