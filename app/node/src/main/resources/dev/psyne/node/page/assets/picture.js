// The stage beside the conversation: one picture, or a video, and what is wrong with what was chosen.

import { count } from './figures.js';

/** Shows a picture or leaves its place to the video; chooses neither. */
export class Stage {
  /** The picture that is shown, or null. */
  picture = null;
  #parts;

  /** `parts` are elements: stage, image, caption, problem. */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Shows a picture of `Pictures`; nothing where it is null. */
  show(picture) {
    if (!picture) {
      this.clear();
      return;
    }
    const { image } = this.#parts;
    this.picture = picture;
    image.src = picture.address;
    image.alt = picture.alt;
    this.#fill('picture', `${picture.name} · ${count(picture.width)} × ${count(picture.height)}`);
  }

  /** Makes room for a video or the camera. */
  showVideo({ name, width, height, isCamera }) {
    this.picture = null;
    this.#fill(isCamera ? 'camera' : 'video', `${name} · ${count(width)} × ${count(height)}`);
  }

  clear() {
    this.picture = null;
    delete this.#parts.stage.dataset.filled;
    this.#parts.image.removeAttribute('src');
  }

  /** One sentence under the picture; an empty one clears it. */
  say(sentence) {
    this.#parts.problem.textContent = sentence;
  }

  #fill(what, caption) {
    this.#parts.stage.dataset.filled = what;
    this.#parts.caption.textContent = caption;
  }
}
