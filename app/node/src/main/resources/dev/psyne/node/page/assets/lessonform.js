// The form of a lesson: a name, pictures that can be left out again, the camera, and how the teaching goes.

import { CallError } from './connection.js';
import { nameProblem, pictureCount, pictureNamed, tidy } from './lesson.js';
import { FEWEST_LESSON_PICTURES } from './limits.js';
import { VideoError } from './video.js';

const FRAME_PIXELS = 640;

/** Shows a `Lesson` and gives it. The event `taught` tells that a thing was taught, or may have been. */
export class LessonForm extends EventTarget {
  #parts;
  #lesson;
  #camera;
  #taught;
  #models;
  /** Stops the lesson that is being given; null where none is. */
  #stop = null;

  /**
   * `parts` are elements: form, name, pictures, input, pick, open, shutter, close, count, status, problem, progress, stop, button.
   * `camera` is a Video of its own.
   */
  constructor(parts, lesson, camera, taught, models) {
    super();
    this.#parts = parts;
    this.#lesson = lesson;
    this.#camera = camera;
    this.#taught = taught;
    this.#models = models;
    parts.form.addEventListener('submit', event => {
      event.preventDefault();
      if (!this.#stop) this.#give();
    });
    parts.stop.addEventListener('click', () => this.#stop?.abort());
    parts.name.addEventListener('input', () => {
      this.#blame('');
      this.#tell('');
    });
    parts.pick.addEventListener('click', () => parts.input.click());
    parts.input.addEventListener('change', () => this.#picked());
    lesson.addEventListener('change', () => this.#show());
    this.#listenToCamera();
    this.#show();
  }

  /** Takes files; those that are no pictures are named. */
  async take(files) {
    if (this.#stop) return;
    this.#tell('');
    if (files.length === 0) this.#say(['That is not a file. A picture from another page can be copied and pasted here.']);
    else this.#say(await this.#lesson.take(files));
  }

  /** Lets the camera go. */
  rest() {
    this.#camera.close();
  }

  #picked() {
    const { input } = this.#parts;
    const files = [...input.files];
    input.value = '';
    if (files.length > 0) this.take(files);
  }

  #listenToCamera() {
    const { open, shutter, close } = this.#parts;
    open.addEventListener('click', () => this.#openCamera());
    close.addEventListener('click', () => this.#camera.close());
    shutter.addEventListener('click', () => this.#takeFrame());
    this.#camera.addEventListener('problem', () => this.#say([this.#camera.problem]));
    this.#camera.addEventListener('open', () => {
      this.#show();
      shutter.focus();
    });
    this.#camera.addEventListener('close', () => {
      const isFocused = [shutter, close].includes(document.activeElement);
      this.#show();
      if (isFocused) open.focus();
    });
  }

  async #openCamera() {
    this.#tell('');
    this.#say([]);
    try {
      await this.#camera.openCamera();
    } catch (problem) {
      if (!(problem instanceof VideoError)) throw problem;
      this.#say([problem.message]);
    }
  }

  async #takeFrame() {
    const frame = await this.#camera.frame(FRAME_PIXELS);
    if (frame && !this.#stop) this.#say([this.#lesson.takeFrame(frame)]);
  }

  /** Gives the lesson, or says what is missing where it is missing. */
  async #give() {
    const { name: field } = this.#parts;
    const name = tidy(field.value);
    const { list } = this.#lesson;
    if (nameProblem(name)) {
      this.#blame(nameProblem(name));
      field.focus();
    } else if (this.#lesson.reading > 0) {
      this.#say(['The pictures are still being read. Try again in a moment.']);
    } else if (list.length < FEWEST_LESSON_PICTURES) {
      this.#say([pictureCount(list.length)]);
    } else {
      await this.#follow(name, list);
    }
  }

  async #follow(name, list) {
    this.#stop = new AbortController();
    this.#say([]);
    this.#tell(this.#models.wait || `Learning “${name}” from ${list.length} pictures …`);
    this.#show();
    try {
      const { pictures } = await this.#taught.teach(name, list.map(({ bytes }) => bytes), this.#stop.signal);
      this.#learned(name, pictures);
    } catch (problem) {
      this.#failed(problem, name, list);
    } finally {
      this.#stop = null;
      this.#show();
      this.dispatchEvent(new Event('taught'));
    }
  }

  #learned(name, pictures) {
    this.#parts.name.value = '';
    this.#lesson.clear();
    this.#tell(`Learned “${name}” from ${pictures} pictures. Ask about it by that name.`);
  }

  #failed(problem, name, list) {
    this.#tell('');
    if (!(problem instanceof CallError)) {
      this.#say(['This page made a mistake. Reload it and try again.']);
      throw problem;
    }
    if (problem.code === 'cancelled') this.#tell(`Stopped. “${name}” was not learned.`);
    else if (problem.code === 'lost') this.#say(['The connection was lost before the node was done. Look in the list whether it learned it, and try again if not.']);
    else this.#refused(problem.message, list);
  }

  /** What the node says about a picture is said with its file's name, and shown at the picture. */
  #refused(sentence, list) {
    const wrong = list[pictureNamed(sentence, list.length)];
    this.#say([wrong ? `“${wrong.name}”: ${sentence}` : sentence]);
    if (wrong) [...this.#parts.pictures.children].find(({ picture }) => picture === wrong)?.setAttribute('data-wrong', '');
  }

  #blame(sentence) {
    this.#parts.name.ariaInvalid = String(sentence !== '');
    this.#say([sentence]);
  }

  #say(sentences) {
    for (const item of this.#parts.pictures.children) item.removeAttribute('data-wrong');
    this.#parts.problem.textContent = sentences.filter(Boolean).join(' ');
  }

  #tell(sentence) {
    this.#parts.status.textContent = sentence;
  }

  #show() {
    const { form, name, pictures, count, progress, stop, button, pick, open, shutter, close } = this.#parts;
    const { list, reading, room } = this.#lesson;
    const isBusy = this.#stop !== null;
    this.#showPictures(list, isBusy);
    pictures.hidden = list.length === 0;
    const counted = reading > 0 ? `Reading ${reading} ${reading === 1 ? 'file' : 'files'} …` : pictureCount(list.length);
    if (count.textContent !== counted) count.textContent = counted;
    if (!isBusy && document.activeElement === stop) button.focus();
    for (const part of [progress, stop]) part.hidden = !isBusy;
    name.readOnly = isBusy;
    for (const control of [pick, open, shutter]) control.disabled = isBusy || room === 0;
    form.toggleAttribute('data-camera-open', this.#camera.isOpen);
    open.hidden = this.#camera.isOpen;
    for (const control of [shutter, close]) control.hidden = !this.#camera.isOpen;
    // It keeps the focus while it cannot be pressed.
    button.ariaDisabled = String(isBusy);
  }

  /** Items of pictures that stay are kept, and the focus with them. */
  #showPictures(list, isBusy) {
    const { pictures } = this.#parts;
    const items = [...pictures.children];
    for (const item of items) if (!list.includes(item.picture)) item.remove();
    for (const picture of list) if (!items.some(item => item.picture === picture)) pictures.append(this.#item(picture));
    [...pictures.children].forEach((item, i) => number(item, i + 1, isBusy));
  }

  #item(picture) {
    const item = document.createElement('li');
    item.picture = picture;
    item.className = 'lesson-picture';
    const place = document.createElement('span');
    place.className = 'attachment-number';
    place.ariaHidden = 'true';
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.className = 'attachment-remove';
    remove.textContent = '×';
    remove.addEventListener('click', () => this.#remove(item));
    item.title = picture.name;
    item.append(picture.thumbnail, place, remove);
    return item;
  }

  // The focus goes to the next picture, or to the one before where it was the last.
  #remove(item) {
    const neighbour = item.nextElementSibling ?? item.previousElementSibling;
    this.#lesson.remove(item.picture);
    this.#say([]);
    (neighbour?.querySelector('button') ?? this.#parts.pick).focus();
  }
}

function number(item, place, isBusy) {
  const [shown, remove] = item.querySelectorAll('.attachment-number, .attachment-remove');
  shown.textContent = place;
  remove.ariaLabel = `Leave out picture ${place}, ${item.picture.name}`;
  remove.title = remove.ariaLabel;
  remove.disabled = isBusy;
}
