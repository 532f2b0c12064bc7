// The dialog in which a model is taught, and what the page says it was taught.

const MOST_NAMED = 8;

/** Opens and closes the dialog; while it is open, what is dropped and pasted is for the lesson. */
export class Teaching {
  #parts;
  #intake;
  #form;
  #things;
  #taught;
  #models;
  #model = '';

  /** `parts` are elements: dialog, opener, closer, model, line, names. */
  constructor(parts, intake, form, things, taught, models) {
    this.#parts = parts;
    this.#intake = intake;
    this.#form = form;
    this.#things = things;
    this.#taught = taught;
    this.#models = models;
    parts.opener.addEventListener('click', () => this.#open());
    parts.closer.addEventListener('click', () => parts.dialog.close());
    parts.dialog.addEventListener('close', () => this.#closed());
    // Escape closes the dialog; it does not stop an answer behind it.
    parts.dialog.addEventListener('keydown', event => event.key === 'Escape' && event.stopPropagation());
    form.addEventListener('taught', () => taught.refresh());
    taught.addEventListener('change', () => this.#show());
    models.addEventListener('model', () => this.#modelChosen());
    this.#show();
  }

  #open() {
    this.#parts.dialog.showModal();
    this.#intake.divert(files => this.#form.take(files));
    this.#taught.refresh();
  }

  #closed() {
    this.#intake.divert(null);
    this.#form.rest();
  }

  #modelChosen() {
    const { id } = this.#models.current;
    if (id === this.#model) return;
    this.#model = id;
    this.#parts.model.textContent = id;
    this.#things.reset();
  }

  #show() {
    const { dialog, line, names } = this.#parts;
    const { isOffered, things } = this.#taught;
    line.hidden = !isOffered;
    names.textContent = things.length > 0 ? `It was taught ${listed(things.map(({ name }) => name))}.` : '';
    if (!isOffered && dialog.open) dialog.close();
  }
}

function listed(names) {
  const shown = names.slice(0, MOST_NAMED).map(name => `“${name}”`);
  const more = names.length - shown.length;
  return new Intl.ListFormat('en').format(more > 0 ? [...shown, `${more} more`] : shown);
}
