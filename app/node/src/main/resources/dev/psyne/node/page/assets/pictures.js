// The pictures of the next question, at most four: read, ordered, shown one at a time on the stage.

import { MOST_PICTURES } from './limits.js';
import { PictureError, readPicture } from './shrink.js';

const THUMBNAIL_PIXELS = 112;

/** The event `change` tells that `list` or the shown one changed. */
export class Pictures extends EventTarget {
  /** `[{ name, alt, width, height, bytes, scene, address, thumbnail }]` in the order an answer counts them. */
  list = [];
  #stage;
  #models;
  #latest = 0;

  constructor(stage, models) {
    super();
    this.#stage = stage;
    this.#models = models;
    let asked = '';
    models.addEventListener('model', () => {
      if (models.current.id !== asked) this.reset();
      asked = models.current.id;
    });
  }

  /** The picture on the stage, or null. */
  get shown() {
    return this.#stage.picture;
  }

  /** Those the model looks at: the last ones where it takes fewer. */
  get lookedAt() {
    return this.list.slice(-this.#most);
  }

  /** How many more can be added. */
  get room() {
    return MOST_PICTURES - this.list.length;
  }

  get #most() {
    return this.#models.questionPictures || MOST_PICTURES;
  }

  /**
   * Takes files instead of the pictures that are there, or beside them where `adds`. A file that is no picture is left out
   * and the stage says why. Resolves with whether one was taken.
   */
  async take(files, { adds = false, scene = null } = {}) {
    const turn = ++this.#latest;
    const room = adds ? this.room : MOST_PICTURES;
    this.#stage.say(tooMany(files.length, room));
    let taken = 0;
    for (const file of files.slice(0, room)) {
      const picture = await this.#read(file, scene);
      if (turn !== this.#latest) return taken > 0;
      if (!picture) continue;
      this.#join(picture, !adds && taken === 0);
      taken += 1;
    }
    return taken > 0;
  }

  /** Shows one of the list. */
  look(picture) {
    this.#stage.show(picture);
    this.#changed();
  }

  /** Leaves a picture out of the question. */
  remove(picture) {
    const at = this.list.indexOf(picture);
    this.#keep(this.list.filter(other => other !== picture));
    if (this.shown === picture) this.#stage.show(this.list[Math.min(at, this.list.length - 1)] ?? null);
    this.#changed();
  }

  /** Moves a picture to another place of the order. */
  move(picture, place) {
    const others = this.list.filter(other => other !== picture);
    const to = Math.max(0, Math.min(place, others.length));
    this.#keep([...others.slice(0, to), picture, ...others.slice(to)]);
    this.#changed();
  }

  /** Begins again with the picture that is shown, if none is left. */
  reset() {
    if (this.list.length === 0 && this.shown) this.#keep([this.shown]);
    this.#changed();
  }

  /** Forgets those that were sent; what was chosen meanwhile stays. */
  sent(pictures) {
    this.#keep(this.list.filter(picture => !pictures.includes(picture)));
    this.#changed();
  }

  /** Forgets all of them, as a video takes their place. */
  clear() {
    this.#latest += 1;
    if (this.shown) URL.revokeObjectURL(this.shown.address);
    this.#stage.clear();
    this.#keep([]);
    this.#changed();
  }

  async #read(file, scene) {
    try {
      const { bitmap, ...read } = await readPicture(file, scene?.title ?? (file.name || 'pasted image'));
      const thumbnail = thumbnailOf(bitmap);
      bitmap.close();
      return { ...read, thumbnail, scene, alt: scene?.alt ?? `Your picture ${read.name}`, address: URL.createObjectURL(file) };
    } catch (problem) {
      if (!(problem instanceof PictureError)) throw problem;
      this.#stage.say(problem.message);
      return null;
    }
  }

  #join(picture, replaces) {
    const before = this.shown;
    this.#stage.show(picture);
    this.#keep(replaces ? [picture] : [...this.list, picture]);
    if (before && !this.list.includes(before)) URL.revokeObjectURL(before.address);
    this.#changed();
  }

  // What is on the stage is still looked at, though it may have been sent.
  #keep(list) {
    for (const picture of this.list) {
      if (!list.includes(picture) && picture !== this.shown) URL.revokeObjectURL(picture.address);
    }
    this.list = list;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

function tooMany(given, room) {
  if (given <= room) return '';
  if (room <= 0) return `A question takes at most ${MOST_PICTURES} pictures. Leave one out first.`;
  return `A question takes at most ${MOST_PICTURES} pictures: ${given - room} of ${given} were left out.`;
}

/** A small square drawing of the middle of a bitmap or canvas. */
export function thumbnailOf(bitmap) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = THUMBNAIL_PIXELS;
  const { width, height } = bitmap;
  const edge = Math.min(width, height);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (width - edge) / 2, (height - edge) / 2, edge, edge, 0, 0, THUMBNAIL_PIXELS, THUMBNAIL_PIXELS);
  return canvas;
}

/** A canvas can stand in one place only. */
export function copyOf(thumbnail) {
  const copy = document.createElement('canvas');
  copy.width = thumbnail.width;
  copy.height = thumbnail.height;
  copy.getContext('2d').drawImage(thumbnail, 0, 0);
  return copy;
}
