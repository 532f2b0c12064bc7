// The conversation: a question goes to the node with its pictures, and with what was said before where the model talks; its
// answer is shown token by token.

import { CallError } from './connection.js';
import { atNextFrame } from './frame.js';
import { Turn } from './turn.js';

const CREDIT_TOKENS = 8;
const MOST_TURNS = 100;

/** A call is one frame of at most 20 MiB. */
const MOST_PICTURE_BYTES = 19 * 1024 * 1024;

export class Conversation {
  #parts;
  #connection;
  #stage;
  #models;
  #attachments;
  #call = null;
  /** What was said before, as `vision.ask` takes it. */
  #said = [];
  #asked = '';

  /** `parts` are elements: form, question, button, problem, log, template, suggestions, greeting, begin. */
  constructor(parts, connection, stage, models, attachments) {
    this.#parts = parts;
    this.#connection = connection;
    this.#stage = stage;
    this.#models = models;
    this.#attachments = attachments;
    parts.form.addEventListener('submit', event => {
      event.preventDefault();
      if (this.#call) this.stop();
      else this.#askWritten();
    });
    parts.question.addEventListener('keydown', event => this.#key(event));
    parts.question.addEventListener('input', () => this.#say(''));
    addEventListener('keydown', event => event.key === 'Escape' && this.stop());
    parts.begin.addEventListener('click', () => this.#begin());
    models.addEventListener('model', () => this.#modelChosen());
    stage.addEventListener('picture', () => this.#suggest(stage.picture.scene?.questions ?? []));
  }

  /** Asks about the shown picture; what keeps it from being asked is said beside the question. */
  ask(question) {
    const problem = this.#obstacle(question);
    this.#say(problem);
    if (problem) return false;
    const attached = this.#attachments.pictures;
    const turn = new Turn(this.#parts.template, question, attached.map(({ thumbnail }) => copyOf(thumbnail)));
    this.#add(turn);
    this.#follow(turn, question, attached);
    return true;
  }

  stop() {
    this.#call?.cancel();
  }

  #askWritten() {
    const { question } = this.#parts;
    if (this.ask(question.value.trim())) question.value = '';
  }

  #obstacle(question) {
    if (this.#call) return 'An answer is still coming. Escape stops it.';
    if (!this.#stage.picture && !this.#models.talks) return 'Choose a picture first.';
    if (!question) return 'Write a question first.';
    if (this.#models.talks && this.#pictureBytes() > MOST_PICTURE_BYTES) return 'The pictures of this conversation are too large together. Begin a new one.';
    if (this.#connection.state !== 'open' || !this.#models.current) return 'There is no connection to the node right now. Ask again in a moment.';
    return '';
  }

  #pictureBytes() {
    const before = this.#said.flatMap(({ content }) => content).filter(part => part instanceof Uint8Array);
    const now = this.#attachments.pictures.map(({ picture }) => picture.bytes);
    return [...before, ...now].reduce((sum, { length }) => sum + length, 0);
  }

  #arguments(question, pictures) {
    const { current: { id }, talks } = this.#models;
    if (!talks) return { model: id, image: pictures[0], question };
    return { model: id, messages: this.#said, images: pictures, question };
  }

  async #follow(turn, question, attached) {
    const pictures = attached.map(({ picture }) => picture.bytes);
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
    const pictures = attached.map(({ picture }) => picture.bytes);
    this.#said.push({ role: 'user', content: [...pictures, question] }, { role: 'assistant', content: [text] });
    this.#attachments.sent(attached);
    this.#parts.begin.hidden = false;
  }

  /** Begins a new conversation. */
  #begin() {
    this.stop();
    this.#said = [];
    this.#attachments.reset();
    this.#parts.begin.hidden = true;
    this.#parts.log.replaceChildren();
    this.#parts.greeting.hidden = false;
    this.#parts.question.focus();
  }

  #modelChosen() {
    const { current: { id }, talks } = this.#models;
    if (id === this.#asked) return;
    this.#asked = id;
    this.#said = [];
    this.#parts.begin.hidden = true;
    this.#parts.question.placeholder = talks ? 'Ask, about a picture or without one' : 'Ask about the picture';
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

  #suggest(questions) {
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

/** A canvas can stand in one place only. */
function copyOf(thumbnail) {
  const copy = document.createElement('canvas');
  copy.width = thumbnail.width;
  copy.height = thumbnail.height;
  copy.getContext('2d').drawImage(thumbnail, 0, 0);
  return copy;
}

function reveal(turn) {
  turn.element.scrollIntoView({ block: 'nearest' });
}
