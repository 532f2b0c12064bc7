// One thing that a model was taught, in the list of them. Its name is inserted as text, never as markup.

import { CallError } from './connection.js';
import { nameProblem, tidy } from './lesson.js';

/** So long the way back is offered. */
const FORGOTTEN_SHOWN_MS = 300_000;

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** Events: `told` (`told` says what was done), `gone` (the way back to a forgotten thing is gone). */
export class ThingRow extends EventTarget {
  element;
  name;
  told = '';
  #taught;
  #parts;
  #token = null;
  #timer = 0;
  #isBusy = false;

  constructor(template, thing, taught) {
    super();
    this.#taught = taught;
    this.element = template.content.firstElementChild.cloneNode(true);
    const part = name => this.element.querySelector(`.${name}`);
    this.#parts = {
      name: part('thing-name'), figures: part('thing-figures'), actions: part('thing-actions'), form: part('thing-form'), field: part('thing-field'),
      rename: part('thing-rename'), export: part('thing-export'), forget: part('thing-forget'), cancel: part('thing-cancel'), save: part('thing-save'),
      forgotten: part('thing-forgotten'), words: part('thing-forgotten-words'), undo: part('thing-undo'), problem: part('problem'),
    };
    this.#listen();
    this.update(thing);
    this.#turn('there');
  }

  get isForgotten() {
    return this.#token !== null;
  }

  /** Takes what the node lists. */
  update({ name, pictures, taughtAt }) {
    this.name = name;
    this.#parts.name.textContent = name;
    this.#parts.figures.textContent = `${pictures} pictures · ${DAY.format(new Date(taughtAt))}`;
    this.#parts.words.textContent = `“${name}” is forgotten.`;
    for (const [action, verb] of [['rename', 'Rename'], ['export', 'Export'], ['forget', 'Forget']]) this.#parts[action].ariaLabel = `${verb} ${name}`;
    this.#parts.field.ariaLabel = `New name of ${name}`;
    this.#parts.undo.ariaLabel = `Undo: bring ${name} back`;
  }

  /** Ends what it waits for. */
  leave() {
    clearTimeout(this.#timer);
  }

  #listen() {
    const { rename, form, field, cancel, forget, undo, export: exporter } = this.#parts;
    rename.addEventListener('click', () => this.#edit());
    cancel.addEventListener('click', () => this.#endEdit());
    // Escape ends the renaming, not the dialog around it.
    form.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.#endEdit();
    });
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.#do(() => this.#rename(tidy(field.value)));
    });
    forget.addEventListener('click', () => this.#do(() => this.#forget()));
    undo.addEventListener('click', () => this.#do(() => this.#restore()));
    exporter.addEventListener('click', () => this.#do(() => this.#export()));
  }

  #edit() {
    this.#say('');
    this.#parts.field.value = this.name;
    this.#turn('renaming');
    this.#parts.field.select();
    this.#parts.field.focus();
  }

  #endEdit() {
    this.#say('');
    this.#turn('there');
    this.#parts.rename.focus();
  }

  async #rename(to) {
    const problem = nameProblem(to);
    this.#parts.field.ariaInvalid = String(problem !== '');
    if (problem) {
      this.#say(problem);
      return;
    }
    const from = this.name;
    if (to !== from) {
      await this.#taught.rename(from, to);
      // The row stays the thing's, whatever it is called.
      this.name = to;
      await this.#taught.refresh();
      this.#tell(`“${from}” is called “${to}” now.`);
    }
    this.#endEdit();
  }

  async #forget() {
    this.#token = await this.#taught.forget(this.name);
    this.#timer = setTimeout(() => this.dispatchEvent(new Event('gone')), FORGOTTEN_SHOWN_MS);
    this.#turn('forgotten');
    // The row says it, and the button that has the focus now what can be done about it.
    this.#parts.undo.focus();
    this.#tell('');
    await this.#taught.refresh();
  }

  async #restore() {
    await this.#taught.restore(this.#token);
    clearTimeout(this.#timer);
    this.#token = null;
    this.#turn('there');
    this.#parts.forget.focus();
    await this.#taught.refresh();
    this.#tell(`“${this.name}” is back.`);
  }

  async #export() {
    const { bytes, filename } = await this.#taught.export(this.name);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    link.download = filename;
    link.click();
    // The browser reads it at once; what follows is only the memory it takes.
    setTimeout(() => URL.revokeObjectURL(link.href), FORGOTTEN_SHOWN_MS);
    this.#tell(`“${this.name}” is in ${filename}.`);
  }

  /** One thing at a time; what the node refuses is said in the row. */
  async #do(action) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#say('');
    try {
      await action();
    } catch (problem) {
      if (!(problem instanceof CallError)) throw problem;
      this.#say(problem.message);
    } finally {
      this.#isBusy = false;
    }
  }

  #turn(state) {
    const { name, figures, actions, form, forgotten } = this.#parts;
    this.element.dataset.state = state;
    for (const part of [name, figures, actions]) part.hidden = state !== 'there';
    form.hidden = state !== 'renaming';
    forgotten.hidden = state !== 'forgotten';
  }

  #say(sentence) {
    this.#parts.problem.textContent = sentence;
  }

  #tell(sentence) {
    this.told = sentence;
    this.dispatchEvent(new Event('told'));
  }
}
