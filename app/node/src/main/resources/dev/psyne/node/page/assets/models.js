// The models of the node: which one is asked, what it knows, and whether it is loaded.

import { fetchFromNode } from './access.js';
import { count, megabytes } from './figures.js';
import { MOST_PICTURES } from './limits.js';

/** Knows the node's models. The event `model` tells that another one is asked, or that it was loaded or unloaded. */
export class Models extends EventTarget {
  /** `{ id, psyne }` as the node lists it, or null before the first listing. */
  current = null;
  #parts;
  #all = [];
  #states = '';

  /** `parts` are elements: choice, panel, name, knows, description, size, loading. */
  constructor(parts) {
    super();
    this.#parts = parts;
    parts.choice.addEventListener('change', () => this.#choose(parts.choice.value));
  }

  /** Whether the model is asked in conversations; others look at the last question and its pictures alone. */
  get talks() {
    return this.current?.psyne.talks ?? false;
  }

  /** At most so many pictures of a question are looked at; 0 as long as nobody knows. */
  get questionPictures() {
    return this.current?.psyne.questionPictures ?? 0;
  }

  /** Longest edge in pixels that the model has a use for; 0 as long as nobody knows. */
  get imageSize() {
    return this.current?.psyne.imageSize ?? 0;
  }

  /** What to tell while an answer waits for the model, or nothing if it does not. */
  get wait() {
    const { id, psyne: { state, bytes, percent } } = this.current;
    const share = state === 'loading' && percent !== undefined ? `${percent}% of ` : '';
    return state === undefined || state === 'ready' ? '' : `loading ${id}, ${share}${megabytes(bytes)} …`;
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

  /**
   * Takes the states that `node.watch` tells by name, and how many percent of those being loaded are there; the listing
   * is read again when the states changed.
   */
  watch(states, loading) {
    for (const { id, psyne } of this.#all) psyne.percent = loading?.[id];
    if (this.current) this.#showLoading();
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

  #showLoading() {
    const { loading } = this.#parts;
    const { state, percent } = this.current.psyne;
    loading.hidden = state !== 'loading' || percent === undefined;
    if (loading.hidden) return;
    loading.querySelector('progress').value = percent;
    loading.querySelector('span').textContent = `${percent}% loaded`;
  }

  #changed() {
    const { panel, name, knows, description, size } = this.#parts;
    const { id, psyne } = this.current;
    const { state, problem, parameters, bytes, imageSize, questionPictures } = psyne;
    name.textContent = id;
    knows.textContent = psyne.knows ?? problem ?? (state === 'loading' ? 'It is being loaded.' : 'It is loaded when it is asked.');
    description.textContent = psyne.description ?? '';
    size.textContent = [
      parameters && `${count(parameters)} parameters`,
      megabytes(bytes),
      imageSize && `sees ${imageSize} × ${imageSize} pixels`,
      questionPictures && pictures(Math.min(questionPictures, MOST_PICTURES)),
    ].filter(Boolean).join(' · ');
    panel.hidden = false;
    panel.dataset.state = state ?? 'ready';
    this.#showLoading();
    this.dispatchEvent(new Event('model'));
  }
}

function pictures(most) {
  return most === 1 ? 'one picture of a question' : `up to ${most} pictures of a question`;
}
