// The bundled scenes: a row of small pictures to choose from.

import { fetchFromNode } from './access.js';

/** Fills `row` with a button for each scene of the node: one shows it, another adds it to the pictures that are there. */
export async function showScenes(row, intake, pictures) {
  const scenes = await (await fetchFromNode('/scenes/scenes.json')).json();
  const files = await Promise.all(scenes.map(fileOf));
  const buttons = scenes.map((scene, i) => sceneButton(scene, files[i], intake));
  const adders = scenes.map((scene, i) => addButton(scene, files[i], intake));
  row.replaceChildren(...buttons.map((button, i) => inListItem(button, adders[i])));
  const show = () => {
    const { list, shown, room } = pictures;
    const isThere = scene => shown?.scene === scene || list.some(picture => picture.scene === scene);
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(isThere(scenes[i]))));
    for (const adder of adders) adder.hidden = list.length === 0 || room === 0;
  };
  pictures.addEventListener('change', show);
  show();
}

async function fileOf({ file }) {
  return (await fetchFromNode(`/scenes/${encodeURIComponent(file)}`)).blob();
}

function sceneButton(scene, file, intake) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  image.alt = scene.title;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'scene';
  button.title = scene.title;
  button.setAttribute('aria-pressed', 'false');
  button.append(image);
  button.addEventListener('click', () => intake.take([file], { scene }));
  return button;
}

function addButton(scene, file, intake) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'scene-add';
  button.title = `Add ${scene.title} to the question`;
  button.ariaLabel = button.title;
  button.textContent = '+';
  button.addEventListener('click', () => intake.take([file], { scene, adds: true }));
  return button;
}

function inListItem(...elements) {
  const item = document.createElement('li');
  item.append(...elements);
  return item;
}
