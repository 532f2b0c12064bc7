// The page: joins the pictures, the video, the conversation, the teaching, the strip and the connection to the node.

import { socketAddress } from './access.js';
import { Connection, SUBPROTOCOL } from './connection.js';
import { Conversation } from './conversation.js';
import { Intake } from './intake.js';
import { Lesson } from './lesson.js';
import { LessonForm } from './lessonform.js';
import { Models } from './models.js';
import { Stage } from './picture.js';
import { Pictures } from './pictures.js';
import { showScenes } from './scenes.js';
import { Strip } from './strip.js';
import { Taught } from './taught.js';
import { Teaching } from './teaching.js';
import { Things } from './things.js';
import { Thumbnails } from './thumbnails.js';
import { Video } from './video.js';

const find = id => document.getElementById(id);

const NOTES = {
  network: 'The connection to the node is lost. Trying again…',
  busy: 'The node has no room for this page right now. Trying again…',
  version: 'This page and the node are of different versions. Reload the page.',
  gone: 'The node cannot be reached. Is it still running?',
  token: 'This node asks for its token: open this page with ?token=… at the end of the address.',
};

const connection = new Connection(() => new WebSocket(socketAddress('/psyne'), SUBPROTOCOL));

const stage = new Stage({
  stage: find('stage'),
  image: find('picture'),
  caption: find('caption'),
  problem: find('picture-problem'),
});

const models = new Models({
  choice: find('models'),
  panel: find('model'),
  name: find('model-name'),
  knows: find('model-knows'),
  description: find('model-description'),
  size: find('model-size'),
  loading: find('model-loading'),
});

const pictures = new Pictures(stage, models);
const video = new Video(find('video'));
new Thumbnails(find('attachments'), find('attachments-note'), pictures, models);

const intake = new Intake({
  input: find('file'),
  pickers: document.querySelectorAll('[data-pick]'),
  cameras: document.querySelectorAll('[data-camera]'),
  actions: find('actions'),
  add: find('add'),
  close: find('close-video'),
  zones: [...document.querySelectorAll('[data-add]')],
}, stage, pictures, video);

new Conversation({
  form: find('composer'),
  question: find('question'),
  button: find('ask'),
  problem: find('question-problem'),
  log: find('log'),
  template: find('turn'),
  watchTemplate: find('watch'),
  suggestions: find('suggestions'),
  greeting: find('greeting'),
  begin: find('begin'),
}, connection, pictures, video, models);

const taught = new Taught(connection, models);

const lessonForm = new LessonForm({
  form: find('lesson'),
  name: find('lesson-name'),
  pictures: find('lesson-pictures'),
  input: find('lesson-file'),
  pick: find('lesson-pick'),
  open: find('lesson-camera'),
  shutter: find('lesson-shutter'),
  close: find('lesson-camera-close'),
  count: find('lesson-count'),
  status: find('lesson-status'),
  problem: find('lesson-problem'),
  progress: find('lesson-progress'),
  stop: find('lesson-stop'),
  button: find('lesson-give'),
}, new Lesson(), new Video(find('lesson-video')), taught, models);

const things = new Things({
  list: find('things-list'),
  template: find('thing'),
  empty: find('things-empty'),
  status: find('things-status'),
  problem: find('things-problem'),
  input: find('things-file'),
  importer: find('things-import'),
}, taught);

new Teaching({
  dialog: find('teaching'),
  opener: find('teach'),
  closer: find('teaching-close'),
  model: find('teaching-model'),
  line: find('taught'),
  names: find('taught-names'),
}, intake, lessonForm, things, taught, models);

const strip = new Strip(find('strip'), connection);
strip.addEventListener('figures', () => models.watch(strip.latest.models, strip.latest.loading));

connection.addEventListener('state', showConnection);
find('retry').addEventListener('click', () => connection.retry());
addEventListener('online', () => connection.retry());

// A node that asks for a token refuses the WebSocket without saying why, so the plain request goes first.
load(() => models.load()).then(status => {
  if (status === 401) {
    tell('gone', 'Not connected');
    note(NOTES.token, false);
    return;
  }
  connection.open();
  load(loadScenes);
});

/** Loads a part of the page; one that fails is loaded again when the connection changes. Tells the status of a refusal. */
async function load(part) {
  try {
    await part();
    return 200;
  } catch (problem) {
    console.error(problem);
    connection.addEventListener('state', () => load(part), { once: true });
    return problem.status;
  }
}

async function loadScenes() {
  await showScenes(find('scenes'), intake, pictures);
}

function showConnection() {
  const { state, reason } = connection;
  if (state === 'open') {
    tell(state, 'Connected');
    note('', false);
  } else if (state === 'lost') {
    tell(state, 'Reconnecting');
    note(NOTES[reason], true);
  } else if (state === 'gone') {
    tell(state, 'Not connected');
    note(reason === 'version' ? NOTES.version : NOTES.gone, reason !== 'version');
  }
}

function tell(state, text) {
  find('connection').dataset.state = state;
  find('connection').textContent = text;
}

function note(sentence, canRetry) {
  if (find('connection-note').textContent !== sentence) find('connection-note').textContent = sentence;
  find('retry').hidden = !canRetry;
}
