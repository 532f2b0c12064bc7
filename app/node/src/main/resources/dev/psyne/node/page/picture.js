// The picture beside the conversation: dropped anywhere, pasted, picked by a button, or one of the scenes.

import { count } from './figures.js';
import { PictureError, readPicture } from './shrink.js';

const THUMBNAIL_PIXELS = 112;

/** Shows one picture at a time. The event `picture` tells that another one is shown. */
export class Stage extends EventTarget {
  /** `{ name, alt, width, height, bytes, scene }`, or null before the first picture. */
  picture = null;
  #parts;
  #bitmap = null;
  #address = '';
  #latest = 0;

  /** `parts` are elements: stage, image, caption, problem, input, buttons. */
  constructor(parts) {
    super();
    this.#parts = parts;
    for (const button of parts.buttons) button.addEventListener('click', () => parts.input.click());
    parts.input.addEventListener('change', () => this.#pick());
    document.addEventListener('paste', event => this.#paste(event));
    this.#listenForDrops();
  }

  /** Shows a file, of a bundled scene where one is given. A file that is no picture leaves the shown one and says why. */
  async show(file, scene = null) {
    const turn = ++this.#latest;
    this.say('');
    try {
      const read = await readPicture(file, scene?.title ?? (file.name || 'pasted image'));
      if (turn === this.#latest) this.#present(read, scene);
      else read.bitmap.close();
    } catch (problem) {
      if (!(problem instanceof PictureError)) throw problem;
      if (turn === this.#latest) this.say(problem.message);
    }
  }

  /** One sentence under the picture; an empty one clears it. */
  say(sentence) {
    this.#parts.problem.textContent = sentence;
  }

  /** A small drawing of the picture for the conversation. */
  thumbnail() {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = THUMBNAIL_PIXELS;
    const { width, height } = this.#bitmap;
    const edge = Math.min(width, height);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    const left = (width - edge) / 2;
    const top = (height - edge) / 2;
    context.drawImage(this.#bitmap, left, top, edge, edge, 0, 0, THUMBNAIL_PIXELS, THUMBNAIL_PIXELS);
    return canvas;
  }

  #present({ name, width, height, bitmap, bytes, file }, scene) {
    const { stage, image, caption } = this.#parts;
    this.#bitmap?.close();
    URL.revokeObjectURL(this.#address);
    this.#bitmap = bitmap;
    this.#address = URL.createObjectURL(file);
    this.picture = { name, alt: scene?.alt ?? `Your picture ${name}`, width, height, bytes, scene };
    image.src = this.#address;
    image.alt = this.picture.alt;
    caption.textContent = `${name} · ${count(width)} × ${count(height)}`;
    stage.dataset.filled = '';
    this.dispatchEvent(new Event('picture'));
  }

  #pick() {
    const { input } = this.#parts;
    if (input.files.length > 0) this.show(input.files[0]);
    input.value = '';
  }

  // Word processors put a drawing of copied text beside the text: in a text field the text is meant.
  #paste(event) {
    const { clipboardData, target } = event;
    if (clipboardData.files.length === 0) return;
    if (isTextField(target) && clipboardData.getData('text/plain')) return;
    event.preventDefault();
    this.#take(clipboardData.files);
  }

  // What is dragged over the page is accepted everywhere, else the browser would leave the page for it.
  #listenForDrops() {
    const { classList } = document.documentElement;
    addEventListener('dragover', event => {
      if (isText(event)) return;
      event.preventDefault();
      classList.add('dropping');
    });
    addEventListener('dragleave', event => {
      if (event.relatedTarget === null) classList.remove('dropping');
    });
    addEventListener('drop', event => {
      if (isText(event)) return;
      event.preventDefault();
      classList.remove('dropping');
      this.#take(event.dataTransfer.files);
    });
  }

  #take(files) {
    if (files.length > 0) this.show([...files].find(file => file.type.startsWith('image/')) ?? files[0]);
    else this.say('That is not a file. A picture from another page can be copied and pasted here.');
  }
}

function isText(event) {
  return isTextField(event.target) && !event.dataTransfer.types.includes('Files');
}

function isTextField(target) {
  return target instanceof HTMLTextAreaElement;
}
