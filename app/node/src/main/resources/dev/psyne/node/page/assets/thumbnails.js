// The row of the pictures that go with the next question: numbered, looked at, ordered and left out.

const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
/** What a dragged thumbnail is told by. */
export const DRAGGED = 'application/x-psyne-picture';

export class Thumbnails {
  #row;
  #note;
  #pictures;
  #models;
  #dragged = null;

  /** `row` is the list, `note` says which of the pictures the model does not look at. */
  constructor(row, note, pictures, models) {
    this.#row = row;
    this.#note = note;
    this.#pictures = pictures;
    this.#models = models;
    pictures.addEventListener('change', () => this.#show());
    models.addEventListener('model', () => this.#show());
  }

  // One picture of a model that does not talk is on the stage, and always goes with the question.
  #show() {
    const { list } = this.#pictures;
    const isShown = list.length > 1 || (this.#models.talks && list.length > 0);
    const focused = this.#row.contains(document.activeElement);
    const held = focused && document.activeElement.closest('li').picture;
    const lookedAt = this.#pictures.lookedAt;
    this.#row.replaceChildren(...(isShown ? list.map((picture, i) => this.#item(picture, i, lookedAt.includes(picture))) : []));
    const note = isShown ? leftOut(this.#models, list.length, lookedAt.length) : '';
    if (this.#note.textContent !== note) this.#note.textContent = note;
    if (focused) this.#focus(held);
  }

  /** Keeps the focus with the picture it was on; in the row, or at the question, where that is gone. */
  #focus(picture) {
    const item = [...this.#row.children].find(other => other.picture === picture) ?? this.#row.lastElementChild;
    (item?.querySelector('.attachment') ?? document.getElementById('question')).focus();
  }

  #item(picture, index, isLookedAt) {
    const item = document.createElement('li');
    item.picture = picture;
    item.className = 'attachment-item';
    item.draggable = true;
    item.toggleAttribute('data-left-out', !isLookedAt);
    item.append(this.#look(picture, index), this.#remove(picture));
    item.addEventListener('keydown', event => this.#key(event, picture, index));
    item.addEventListener('dragstart', event => {
      this.#dragged = picture;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData(DRAGGED, String(index));
    });
    item.addEventListener('dragend', () => (this.#dragged = null));
    item.addEventListener('dragover', event => this.#dragged && event.preventDefault());
    item.addEventListener('drop', event => {
      if (!this.#dragged) return;
      event.preventDefault();
      this.#pictures.move(this.#dragged, index);
    });
    return item;
  }

  #look(picture, index) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'attachment';
    button.title = `${picture.name}: arrow keys move it, Delete leaves it out`;
    button.ariaLabel = `Picture ${index + 1}, ${picture.name}`;
    button.setAttribute('aria-pressed', String(picture === this.#pictures.shown));
    button.setAttribute('aria-keyshortcuts', 'ArrowLeft ArrowRight Delete');
    const number = document.createElement('span');
    number.className = 'attachment-number';
    number.textContent = index + 1;
    button.append(picture.thumbnail, number);
    button.addEventListener('click', () => this.#pictures.look(picture));
    return button;
  }

  #remove(picture) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'attachment-remove';
    button.title = `Leave ${picture.name} out`;
    button.ariaLabel = button.title;
    button.textContent = '×';
    button.addEventListener('click', () => this.#pictures.remove(picture));
    return button;
  }

  #key(event, picture, index) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in KEYS) this.#pictures.move(picture, index + KEYS[event.key]);
    else if (event.key === 'Delete' || event.key === 'Backspace') this.#pictures.remove(picture);
    else return;
    event.preventDefault();
  }
}

/** Says which pictures the model does not look at; nothing where it looks at all. */
function leftOut({ current }, all, lookedAt) {
  if (lookedAt === all) return '';
  return lookedAt === 1
    ? `${current.id} looks at one picture of a question: picture ${all}.`
    : `${current.id} looks at ${lookedAt} pictures of a question: the last ones.`;
}
