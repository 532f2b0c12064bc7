// The bundled scenes: a row of small pictures to choose from.

import { fetchFromNode } from './access.js';

/** Fills `row` with a button for each scene of the node; choosing one shows it on the stage. */
export async function showScenes(row, stage) {
  const scenes = await (await fetchFromNode('/scenes/scenes.json')).json();
  const buttons = await Promise.all(scenes.map(scene => sceneButton(scene, stage)));
  row.replaceChildren(...buttons.map(inListItem));
  stage.addEventListener('picture', () => {
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(stage.picture.scene === scenes[i])));
  });
}

async function sceneButton(scene, stage) {
  const file = await (await fetchFromNode(`/scenes/${encodeURIComponent(scene.file)}`)).blob();
  const image = new Image();
  image.src = URL.createObjectURL(file);
  image.alt = scene.title;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'scene';
  button.title = scene.title;
  button.setAttribute('aria-pressed', 'false');
  button.append(image);
  button.addEventListener('click', () => stage.show(file, scene));
  return button;
}

function inListItem(element) {
  const item = document.createElement('li');
  item.append(element);
  return item;
}
