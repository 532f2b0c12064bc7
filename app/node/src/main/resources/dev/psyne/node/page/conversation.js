// The conversation: a question about the shown picture goes to the node, its answer is shown token by token.

import { CallError } from './connection.js';
import { atNextFrame } from './frame.js';
import { Turn } from './turn.js';

const CREDIT_TOKENS = 8;
const MOST_TURNS = 100;

export class Conversation {
  #parts;
  #connection;
  #stage;
  #call = null;

  /** `parts` are elements: form, question, button, problem, log, template, suggestions, greeting. */
  constructor(parts, connection, stage) {
    this.#parts = parts;
    this.#connection = connection;
    this.#stage = stage;
    parts.form.addEventListener('submit', event => {
      event.preventDefault();
      if (this.#call) this.stop();
      else this.#askWritten();
    });
    parts.question.addEventListener('keydown', event => this.#key(event));
    parts.question.addEventListener('input', () => this.#say(''));
    addEventListener('keydown', event => event.key === 'Escape' && this.stop());
    stage.addEventListener('picture', () => this.#suggest(stage.picture.scene?.questions ?? []));
  }

  /** Asks about the shown picture; what keeps it from being asked is said beside the question. */
  ask(question) {
    const problem = this.#obstacle(question);
    this.#say(problem);
    if (problem) return false;
    const turn = new Turn(this.#parts.template, question, this.#stage.thumbnail());
    this.#add(turn);
    this.#follow(turn, question);
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
    if (!this.#stage.picture) return 'Choose a picture first.';
    if (!question) return 'Write a question first.';
    if (this.#connection.state !== 'open') return 'There is no connection to the node right now. Ask again in a moment.';
    return '';
  }

  async #follow(turn, question) {
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
    const call = this.#begin({ image: this.#stage.picture.bytes, question }, onItem);
    try {
      const answer = await call.result;
      show();
      turn.finish(answer, firstShown);
    } catch (problem) {
      show();
      end(turn, problem);
    } finally {
      this.#ended();
      reveal(turn);
    }
  }

  #begin(args, onItem) {
    this.#call = this.#connection.call('vision.ask', args, { credit: CREDIT_TOKENS, onItem });
    this.#label('Stop');
    return this.#call;
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

function reveal(turn) {
  turn.element.scrollIntoView({ block: 'nearest' });
}
