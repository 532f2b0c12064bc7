// The pictures that go with the next question. A model that talks is sent several, and remembers those that were sent; any
// other is always sent the one that is shown.

const MOST_PICTURES = 8;

export class Attachments {
  #row;
  #stage;
  #models;
  #pictures = [];

  /** `row` is the list in which the pictures are shown. */
  constructor(row, stage, models) {
    this.#row = row;
    this.#stage = stage;
    this.#models = models;
    stage.addEventListener('picture', () => this.#add());
    let asked = '';
    models.addEventListener('model', () => {
      if (models.current.id !== asked) this.reset();
      asked = models.current.id;
    });
  }

  /** `[{ picture, thumbnail }]` in the order they were chosen. */
  get pictures() {
    if (this.#models.talks) return this.#pictures;
    return this.#stage.picture ? [this.#attachment()] : [];
  }

  /** Begins again with the picture that is shown, if there is one. */
  reset() {
    this.#pictures = this.#stage.picture ? [this.#attachment()] : [];
    this.#show();
  }

  /** Forgets those that were sent; what was chosen meanwhile stays. */
  sent(attachments) {
    this.#pictures = this.#pictures.filter(attachment => !attachments.includes(attachment));
    this.#show();
  }

  #add() {
    this.#pictures = [...this.#pictures, this.#attachment()].slice(-MOST_PICTURES);
    this.#show();
  }

  #attachment() {
    return { picture: this.#stage.picture, thumbnail: this.#stage.thumbnail() };
  }

  #show() {
    this.#row.replaceChildren(...(this.#models.talks ? this.#pictures.map(attachment => this.#item(attachment)) : []));
  }

  #item(attachment) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'attachment';
    button.title = `Leave ${attachment.picture.name} out`;
    button.ariaLabel = button.title;
    button.append(attachment.thumbnail);
    button.addEventListener('click', () => {
      this.#pictures = this.#pictures.filter(other => other !== attachment);
      this.#show();
    });
    item.append(button);
    return item;
  }
}
