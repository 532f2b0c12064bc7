// The models of the node: which one is asked, what it knows, and whether it is loaded.

import { fetchFromNode } from './access.js';
import { count, megabytes } from './figures.js';

/** Knows the node's models. The event `model` tells that another one is asked, or that it was loaded or unloaded. */
export class Models extends EventTarget {
  /** `{ id, psyne }` as the node lists it, or null before the first listing. */
  current = null;
  #parts;
  #all = [];
  #states = '';

  /** `parts` are elements: choice, panel, name, knows, description, size. */
  constructor(parts) {
    super();
    this.#parts = parts;
    parts.choice.addEventListener('change', () => this.#choose(parts.choice.value));
  }

  /** Whether the model is asked in conversations; others look at the last picture and the last question alone. */
  get talks() {
    return this.current?.psyne.talks ?? false;
  }

  /** What to tell while an answer waits for the model, or nothing if it does not. */
  get wait() {
    const { id, psyne: { state, bytes } } = this.current;
    return state === undefined || state === 'ready' ? '' : `loading ${id}, ${megabytes(bytes)} …`;
  }

  /** Reads the listing. */
  async load() {
    const { data } = await (await fetchFromNode('/v1/models')).json();
    this.#all = data;
    this.current = data.find(({ id }) => id === this.current?.id) ?? data[0];
    this.#parts.choice.replaceChildren(...data.map(({ id }) => new Option(id, id, false, id === this.current.id)));
    this.#parts.choice.hidden = data.length < 2;
    this.#changed();
  }

  /** Takes the states that `node.watch` tells by name; the listing is read again when they changed. */
  watch(states) {
    const now = JSON.stringify(states ?? {});
    const isNew = this.#states !== '' && this.#states !== now;
    this.#states = now;
    const isOld = this.#all.some(({ id, psyne: { state } }) => state !== undefined && (states?.[id] ?? state) !== state);
    // A listing that cannot be read now is read at the next change; the connection tells what is wrong.
    if (isNew || isOld) this.load().catch(() => {});
  }

  #choose(id) {
    this.current = this.#all.find(model => model.id === id);
    this.#changed();
  }

  #changed() {
    const { panel, name, knows, description, size } = this.#parts;
    const { id, psyne } = this.current;
    const { state, problem, parameters, bytes, imageSize } = psyne;
    name.textContent = id;
    knows.textContent = psyne.knows ?? problem ?? (state === 'loading' ? 'It is being loaded.' : 'It is loaded when it is asked.');
    description.textContent = psyne.description ?? '';
    size.textContent = [
      parameters && `${count(parameters)} parameters`,
      megabytes(bytes),
      imageSize && `sees ${imageSize} × ${imageSize} pixels`,
    ].filter(Boolean).join(' · ');
    panel.hidden = false;
    panel.dataset.state = state ?? 'ready';
    this.dispatchEvent(new Event('model'));
  }
}
