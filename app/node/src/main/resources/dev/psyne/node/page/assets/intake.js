// How pictures and videos come in: dropped anywhere, pasted, picked by a button, or from the camera.

import { DRAGGED } from './thumbnails.js';
import { VideoError } from './video.js';

const VIDEO_NAME = /\.(3gp|avi|m4v|mkv|mov|mp4|mpe?g|ogv|webm)$/i;

export class Intake {
  #parts;
  #stage;
  #pictures;
  #video;
  #adds = false;
  #diverted = null;

  /** `parts` are elements: input, pickers, cameras, actions, add, close, zones (where a drop adds); three are lists. */
  constructor(parts, stage, pictures, video) {
    this.#parts = parts;
    this.#stage = stage;
    this.#pictures = pictures;
    this.#video = video;
    for (const button of parts.pickers) button.addEventListener('click', () => this.#pick(false));
    parts.add.addEventListener('click', () => this.#pick(true));
    parts.input.addEventListener('change', () => this.#picked());
    for (const button of parts.cameras) button.addEventListener('click', () => this.#open(() => video.openCamera()));
    parts.close.addEventListener('click', () => video.close());
    document.addEventListener('paste', event => this.#paste(event));
    this.#listenForDrops();
    pictures.addEventListener('change', () => this.#offer());
    video.addEventListener('open', () => this.#videoOpened());
    video.addEventListener('close', () => this.#videoClosed());
    video.addEventListener('problem', () => stage.say(video.problem));
    this.#offer();
  }

  /** Takes pictures in place of the video or the pictures that are there, or beside these. */
  async take(files, options) {
    if (await this.#pictures.take(files, options)) this.#video.close();
  }

  /** Leaves what is dropped and pasted to `taker(files)`, such as a dialog that is open; null takes it back. */
  divert(taker) {
    this.#diverted = taker;
  }

  #pick(adds) {
    this.#adds = adds;
    this.#parts.input.click();
  }

  #picked() {
    const { input } = this.#parts;
    const files = [...input.files];
    input.value = '';
    if (files.length > 0) this.#sort(files, this.#adds);
  }

  /** A video is looked at by itself. */
  #sort(files, adds) {
    const images = files.filter(file => !isVideo(file));
    if (images.length > 0) this.take(images, { adds });
    else this.#open(() => this.#video.openFile(files[0]));
  }

  async #open(open) {
    this.#stage.say('');
    try {
      await open();
    } catch (problem) {
      if (!(problem instanceof VideoError)) throw problem;
      this.#stage.say(problem.message);
    }
  }

  #videoOpened() {
    this.#pictures.clear();
    this.#stage.showVideo(this.#video);
  }

  #videoClosed() {
    this.#stage.show(this.#pictures.shown);
    this.#offer();
  }

  #offer() {
    const { add, actions, close, zones } = this.#parts;
    const { list, room, shown } = this.#pictures;
    actions.hidden = !shown && !this.#video.isOpen;
    add.hidden = list.length === 0 || room === 0;
    close.hidden = !this.#video.isOpen;
    close.textContent = this.#video.isCamera ? 'Stop the camera' : 'Close the video';
    for (const zone of zones) zone.hidden = add.hidden;
    for (const zone of zones) zone.textContent = `Drop to add as picture ${list.length + 1}`;
  }

  // Word processors put a drawing of copied text beside the text: in a text field the text is meant.
  #paste(event) {
    const { clipboardData, target } = event;
    if (clipboardData.files.length === 0) return;
    if (isTextField(target) && clipboardData.getData('text/plain')) return;
    event.preventDefault();
    if (this.#diverted) this.#diverted([...clipboardData.files]);
    else this.#sort([...clipboardData.files], this.#pictures.list.length > 0);
  }

  // What is dragged over the page is accepted everywhere, else the browser would leave the page for it.
  #listenForDrops() {
    const { classList } = document.documentElement;
    addEventListener('dragover', event => {
      if (isOthers(event)) return;
      event.preventDefault();
      classList.add('dropping');
    });
    addEventListener('dragleave', event => {
      if (event.relatedTarget === null) classList.remove('dropping');
    });
    addEventListener('drop', event => {
      classList.remove('dropping');
      if (isOthers(event)) return;
      event.preventDefault();
      this.#dropped([...event.dataTransfer.files], event.target);
    });
  }

  #dropped(files, target) {
    if (this.#diverted) {
      this.#diverted(files);
      return;
    }
    const adds = this.#parts.zones.some(zone => !zone.hidden && zone.contains(target));
    if (files.length > 0) this.#sort(files, adds);
    else this.#stage.say('That is not a file. A picture from another page can be copied and pasted here.');
  }
}

function isVideo({ type, name }) {
  return type ? type.startsWith('video/') : VIDEO_NAME.test(name);
}

/** Whether a drag is of text into the question, or of a thumbnail. */
function isOthers({ target, dataTransfer: { types } }) {
  return types.includes(DRAGGED) || (isTextField(target) && !types.includes('Files'));
}

function isTextField(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === 'text');
}
