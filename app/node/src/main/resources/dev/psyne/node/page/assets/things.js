// The list of what a model was taught: each thing renamed in its place, forgotten and brought back, and written to a file.

import { CallError } from './connection.js';
import { ThingRow } from './thingrow.js';

/** A thing's file holds a few vectors; what is much larger is another file. */
const MOST_FILE_BYTES = 4 * 1024 * 1024;

export class Things {
  #parts;
  #taught;
  #rows = [];

  /** `parts` are elements: list, template, empty, status, problem, input, importer. */
  constructor(parts, taught) {
    this.#parts = parts;
    this.#taught = taught;
    parts.importer.addEventListener('click', () => parts.input.click());
    parts.input.addEventListener('change', () => this.#picked());
    taught.addEventListener('change', () => this.#show());
    this.#show();
  }

  /** Another model is asked, of which nothing was forgotten here. */
  reset() {
    for (const row of this.#rows) row.leave();
    this.#rows = [];
    this.#say('');
    this.#tell('');
    this.#show();
  }

  /** Things come in the node's order; one that was forgotten keeps its place until its way back is gone. */
  #show() {
    const { things } = this.#taught;
    this.#rows = this.#rows.filter(row => row.isForgotten || things.some(({ name }) => name === row.name));
    let before = -1;
    for (const thing of things) {
      const at = this.#rows.findIndex(row => !row.isForgotten && row.name === thing.name);
      if (at < 0) this.#rows.splice(before + 1, 0, this.#rowOf(thing));
      else this.#rows[at].update(thing);
      before = at < 0 ? before + 1 : at;
    }
    this.#place();
    this.#parts.empty.hidden = this.#rows.length > 0;
  }

  /** Elements that stand right are left alone, for the focus' sake. */
  #place() {
    const { list } = this.#parts;
    const wanted = this.#rows.map(({ element }) => element);
    for (const element of [...list.children]) if (!wanted.includes(element)) element.remove();
    wanted.forEach((element, i) => {
      if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
    });
  }

  #rowOf(thing) {
    const row = new ThingRow(this.#parts.template, thing, this.#taught);
    row.addEventListener('told', () => {
      this.#say('');
      this.#tell(row.told);
    });
    row.addEventListener('gone', () => this.#remove(row));
    return row;
  }

  /** The focus goes to the row that takes its place. */
  #remove(row) {
    const isFocused = row.element.contains(document.activeElement);
    const neighbour = row.element.nextElementSibling ?? row.element.previousElementSibling;
    this.#rows = this.#rows.filter(other => other !== row);
    this.#show();
    if (isFocused) (neighbour?.querySelector('button:not([hidden])') ?? this.#parts.importer).focus();
  }

  async #picked() {
    const { input } = this.#parts;
    const files = [...input.files];
    input.value = '';
    this.#say('');
    const problems = [];
    for (const file of files) problems.push(await this.#import(file));
    this.#say(problems.filter(Boolean).join(' '));
    await this.#taught.refresh();
  }

  async #import(file) {
    if (file.size > MOST_FILE_BYTES) return `“${file.name}” is too large to be a thing that was taught. Choose a file that was exported here.`;
    try {
      const { name } = await this.#taught.import(new Uint8Array(await file.arrayBuffer()));
      this.#tell(`“${name}” was read from ${file.name}.`);
      return '';
    } catch (problem) {
      if (!(problem instanceof CallError)) throw problem;
      return `“${file.name}”: ${problem.message}`;
    }
  }

  #say(sentence) {
    this.#parts.problem.textContent = sentence;
  }

  #tell(sentence) {
    this.#parts.status.textContent = sentence;
  }
}
