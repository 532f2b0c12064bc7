// The conversation: a question goes to the node with its pictures, and with what was said before where the model talks; its
// answer is shown token by token.

import { CallError } from './connection.js';
import { atNextFrame } from './frame.js';
import { MOST_CALL_PICTURE_BYTES } from './limits.js';
import { copyOf } from './pictures.js';
import { Turn } from './turn.js';
import { Watch } from './watch.js';

const CREDIT_TOKENS = 8;
const MOST_TURNS = 100;

const ABOUT_VIDEOS = ['What is this?', 'How many things are there?', 'What colour is it?'];
const ABOUT_SEVERAL = ['What changed?', 'Which picture has more things?'];

export class Conversation {
  #parts;
  #connection;
  #pictures;
  #video;
  #models;
  #call = null;
  /** The question about a video that is being asked again and again. */
  #watch = null;
  /** What was said before, as `vision.ask` takes it. */
  #said = [];
  #asked = '';

  /** `parts` are elements: form, question, button, problem, log, template, watchTemplate, suggestions, greeting, begin. */
  constructor(parts, connection, pictures, video, models) {
    this.#parts = parts;
    this.#connection = connection;
    this.#pictures = pictures;
    this.#video = video;
    this.#models = models;
    parts.form.addEventListener('submit', event => {
      event.preventDefault();
      if (parts.button.dataset.action === 'stop') this.stop();
      else this.#askWritten();
    });
    parts.question.addEventListener('keydown', event => this.#key(event));
    parts.question.addEventListener('input', () => this.#written());
    addEventListener('keydown', event => event.key === 'Escape' && this.stop());
    parts.begin.addEventListener('click', () => this.#begin());
    models.addEventListener('model', () => this.#modelChosen());
    for (const [source, type] of [[pictures, 'change'], [video, 'open'], [video, 'close'], [models, 'model']]) {
      source.addEventListener(type, () => this.#seen());
    }
  }

  /** Asks about the pictures or the video; what keeps it from being asked is said beside the question. */
  ask(question) {
    const problem = this.#obstacle(question);
    this.#say(problem);
    if (problem) return false;
    if (this.#video.isOpen) this.#watchFor(question);
    else this.#askAboutPictures(question);
    return true;
  }

  stop() {
    this.#call?.cancel();
    this.#watch?.end();
  }

  #askAboutPictures(question) {
    const attached = this.#pictures.lookedAt;
    const turn = new Turn(this.#parts.template, question, attached.map(({ thumbnail }) => copyOf(thumbnail)));
    this.#add(turn);
    this.#follow(turn, question, attached);
  }

  // Nothing begins to move by itself where the visitor wants no motion: then the frame that is shown is asked about.
  #watchFor(question) {
    this.#watch?.end();
    const watch = this.#watch = new Watch(this.#parts.watchTemplate, question, this.#video, this.#connection, this.#models);
    watch.addEventListener('over', () => {
      if (this.#watch !== watch) return;
      this.#watch = null;
      this.#label('Ask');
    });
    this.#add(watch);
    this.#label('Stop');
    watch.begin();
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) this.#video.play();
  }

  #written() {
    this.#say('');
    if (this.#watch) this.#label(this.#parts.question.value.trim() ? 'Ask' : 'Stop');
  }

  #askWritten() {
    const { question } = this.#parts;
    if (!this.ask(question.value.trim())) return;
    question.value = '';
    if (this.#watch) this.#label('Stop');
  }

  #obstacle(question) {
    if (this.#call) return 'An answer is still coming. Escape stops it.';
    const isNothingToSee = this.#pictures.list.length === 0 && !this.#video.isOpen;
    if (isNothingToSee && !this.#models.talks) return 'Choose a picture first.';
    if (!question) return 'Write a question first.';
    if (!this.#video.isOpen && this.#pictureBytes() > MOST_CALL_PICTURE_BYTES) return 'The pictures of this conversation are too large together. Leave some out, or begin a new one.';
    if (this.#connection.state !== 'open' || !this.#models.current) return 'There is no connection to the node right now. Ask again in a moment.';
    return '';
  }

  #pictureBytes() {
    const before = this.#said.flatMap(({ content }) => content).filter(part => part instanceof Uint8Array);
    const now = this.#pictures.lookedAt.map(({ bytes }) => bytes);
    return [...before, ...now].reduce((sum, { length }) => sum + length, 0);
  }

  #arguments(question, pictures) {
    const { current: { id }, talks } = this.#models;
    if (!talks) return pictures.length === 1 ? { model: id, image: pictures[0], question } : { model: id, images: pictures, question };
    return { model: id, messages: this.#said, images: pictures, question };
  }

  async #follow(turn, question, attached) {
    const pictures = attached.map(({ bytes }) => bytes);
    const said = this.#said;
    const asked = performance.now();
    const waiting = [];
    let firstShown = 0;
    const show = () => {
      const texts = waiting.splice(0);
      if (texts.length === 0) return;
      turn.append(texts);
      firstShown ||= performance.now() - asked;
      call.grant(texts.length);
      reveal(turn);
    };
    const onItem = item => waiting.push(String(item.text)) === 1 && atNextFrame(show);
    turn.wait(this.#models.wait);
    const call = this.#call = this.#start(this.#arguments(question, pictures), onItem);
    try {
      const answer = await call.result;
      show();
      if (said === this.#said) this.#remember(question, attached, answer.text);
      turn.finish(answer, firstShown);
    } catch (problem) {
      show();
      end(turn, problem);
    } finally {
      this.#ended();
      reveal(turn);
    }
  }

  #start(args, onItem) {
    this.#label('Stop');
    return this.#connection.call('vision.ask', args, { credit: CREDIT_TOKENS, onItem });
  }

  #remember(question, attached, text) {
    if (!this.#models.talks) return;
    const pictures = attached.map(({ bytes }) => bytes);
    this.#said.push({ role: 'user', content: [...pictures, question] }, { role: 'assistant', content: [text] });
    this.#pictures.sent(attached);
    this.#parts.begin.hidden = false;
  }

  /** Begins a new conversation. */
  #begin() {
    this.stop();
    this.#said = [];
    this.#pictures.reset();
    this.#parts.begin.hidden = true;
    this.#parts.log.replaceChildren();
    this.#parts.greeting.hidden = false;
    this.#parts.question.focus();
  }

  #modelChosen() {
    const { id } = this.#models.current;
    if (id === this.#asked) return;
    this.#asked = id;
    this.#said = [];
    this.#parts.begin.hidden = true;
  }

  #ended() {
    this.#call = null;
    this.#label('Ask');
  }

  #label(text) {
    this.#parts.button.textContent = text;
    this.#parts.button.dataset.action = text.toLowerCase();
  }

  #add(turn) {
    const { log, greeting } = this.#parts;
    greeting.hidden = true;
    log.append(turn.element);
    if (log.children.length > MOST_TURNS) log.firstElementChild.remove();
    reveal(turn);
  }

  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#askWritten();
  }

  #say(sentence) {
    this.#parts.problem.textContent = sentence;
  }

  /** Another thing is to be asked about, or another model is. */
  #seen() {
    this.#parts.question.placeholder = this.#invitation();
    this.#suggest(this.#questions());
  }

  #invitation() {
    if (this.#video.isOpen) return this.#video.isCamera ? 'Ask about what the camera sees' : 'Ask about the video';
    if (this.#pictures.lookedAt.length > 1) return 'Ask about the pictures';
    return this.#models.talks ? 'Ask, about a picture or without one' : 'Ask about the picture';
  }

  #questions() {
    if (this.#video.isOpen) return ABOUT_VIDEOS;
    if (this.#pictures.lookedAt.length > 1) return ABOUT_SEVERAL;
    return this.#pictures.shown?.scene?.questions ?? [];
  }

  #suggest(questions) {
    const { suggestions } = this.#parts;
    if ([...suggestions.children].map(item => item.textContent).join() === questions.join()) return;
    this.#parts.suggestions.replaceChildren(...questions.map(question => this.#suggestion(question)));
  }

  #suggestion(question) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'suggestion';
    button.textContent = question;
    button.addEventListener('click', () => this.ask(question));
    item.append(button);
    return item;
  }
}

function end(turn, problem) {
  if (!(problem instanceof CallError)) {
    turn.fail('This page made a mistake showing the answer. Reload it and ask again.');
    throw problem;
  }
  if (problem.code === 'cancelled') turn.stop();
  else if (problem.code === 'lost') turn.fail('The connection was lost before the answer was finished. Ask again once the node is back.');
  else turn.fail(problem.message);
}

function reveal(turn) {
  turn.element.scrollIntoView({ block: 'nearest' });
}
