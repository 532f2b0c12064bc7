// A node made of plain JavaScript: the page's files, six painted scenes, and psyne.v1 with an answer that each suite writes.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { decode, encode } from '../../main/resources/dev/psyne/node/page/msgpack.js';
import { scene } from './pictures.mjs';
import { accept } from './websocket.mjs';

const PAGE = new URL('../../main/resources/dev/psyne/node/page/', import.meta.url);
const CONTENT_TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'self'; img-src 'self' blob: data:";
const WATCH_EVERY_MS = 500;

const SKY = [203, 225, 238];
const SAND = [240, 231, 210];
const RED = [204, 68, 58];
const BLUE = [47, 96, 168];
const SUN = [243, 196, 82];
const GREEN = [74, 140, 92];
const NIGHT = [28, 36, 66];

const SCENES = [
  ['Harbour', SKY, [{ at: [0.5, 0.7], size: 0.22, box: 3, colour: BLUE }, { at: [0.45, 0.42], size: 0.1, box: 1.6, colour: RED }, { at: [0.8, 0.15], size: 0.07, colour: SUN }]],
  ['Three balls', SAND, [{ at: [0.25, 0.42], size: 0.11, colour: RED }, { at: [0.52, 0.42], size: 0.11, colour: BLUE }, { at: [0.79, 0.42], size: 0.11, colour: GREEN }]],
  ['Field', SKY, [{ at: [0.5, 0.68], size: 0.2, box: 3, colour: GREEN }, { at: [0.2, 0.16], size: 0.09, colour: SUN }]],
  ['Night', NIGHT, [{ at: [0.7, 0.2], size: 0.1, colour: SUN }, { at: [0.5, 0.74], size: 0.12, box: 5, colour: GREEN }]],
  ['Blocks', SAND, [{ at: [0.35, 0.5], size: 0.12, box: 1, colour: BLUE }, { at: [0.63, 0.5], size: 0.12, box: 1, colour: RED }]],
  ['One sun', SAND, [{ at: [0.5, 0.37], size: 0.2, colour: SUN }]],
].map(([title, ground, shapes], i) => ({
  file: `scene-${i + 1}.png`,
  title,
  alt: `${title}, painted in plain shapes`,
  questions: ['What is in the picture?', 'How many red things are there?', 'Is there a sun?'],
  answers: {},
  bytes: scene(ground, shapes),
}));

/** An answer of the words of `text`, each sent as soon as there is credit. */
export function words(text, { sure = true, confidence = 0.94, pause = async () => {} } = {}) {
  return async call => {
    const tokens = text.match(/\s*\S+/g);
    for (const [index, token] of tokens.entries()) {
      await pause(index);
      await call.item({ text: token, index });
    }
    call.end({ text, confidence, sure, tokens: tokens.length, reason: sure ? 'END' : 'UNSURE', encodeMs: 31, firstTokenMs: 44, totalMs: 44 + tokens.length * 6 });
  };
}

/** A failure of the call: the node's code and sentence. */
export function failure(code, message) {
  return async call => call.fail(code, message);
}

/** What the node refuses: questions beyond its limit and pictures whose PNG header announces too many pixels. */
function refusal({ image, question }) {
  const header = new DataView(image.buffer, image.byteOffset);
  if (question.length > 2000) return 'The question is too long.';
  if (image[0] === 0x89 && header.getUint32(16) * header.getUint32(20) > 16_000_000) return 'The image has too many pixels.';
  return null;
}

async function answerAsk(mock, call) {
  const refused = refusal(call.args);
  await (refused ? call.fail('invalid_argument', refused) : mock.answer(call));
}

/**
 * Starts a mock on a free port of loopback. `answer(call)` plays `vision.ask`; suites set `mock.answer`, read `mock.calls`,
 * and use `cut()`, `refuse` and `down`, `up` for failures of the line. `token` asks for one as the node does.
 */
export async function startMock({ port = 0, token = null } = {}) {
  const mock = { calls: [], sockets: new Set(), answer: words('Three balls and a small yellow sun.'), refuse: null, token };
  const server = createServer((request, response) => serve(mock, request, response));
  server.on('upgrade', (request, stream, head) => upgrade(mock, request, stream, head));
  const listen = at => new Promise(resolve => server.listen(at, '127.0.0.1', resolve));
  await listen(port);
  const bound = server.address().port;
  mock.cut = () => mock.sockets.forEach(socket => socket.cut());
  mock.down = () => new Promise(resolve => {
    server.close(resolve);
    mock.cut();
    server.closeAllConnections();
  });
  mock.up = () => listen(bound);
  mock.url = `http://127.0.0.1:${bound}/${token ? `?token=${token}` : ''}`;
  return mock;
}

async function serve(mock, request, response) {
  const { pathname } = new URL(request.url, 'http://mock');
  const guarded = /^\/(scenes|v1)\//.test(pathname);
  if (guarded && mock.token && request.headers.authorization !== `Bearer ${mock.token}`) {
    respond(response, 401, 'application/json', '{"error":{"message":"wrong token","type":"authentication","code":"unauthorized"}}');
  } else if (pathname === '/v1/models') {
    respond(response, 200, 'application/json', JSON.stringify(models()));
  } else if (pathname === '/scenes/scenes.json') {
    respond(response, 200, 'application/json', JSON.stringify(SCENES.map(({ bytes, ...rest }) => rest)));
  } else if (pathname.startsWith('/scenes/')) {
    const found = SCENES.find(({ file }) => pathname === `/scenes/${file}`);
    respond(response, found ? 200 : 404, 'image/png', found?.bytes ?? '');
  } else {
    await serveFile(pathname === '/' ? 'index.html' : pathname.slice(1), response);
  }
}

async function serveFile(name, response) {
  const type = CONTENT_TYPES[extname(name)];
  const body = type && !name.includes('/') ? await readFile(new URL(name, PAGE)).catch(() => null) : null;
  if (body) respond(response, 200, `${type}; charset=utf-8`, body);
  else respond(response, 404, 'text/plain', `there is no ${name}`);
}

function respond(response, status, type, body) {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

function models() {
  const psyne = {
    description: 'A small vision-language model.',
    knows: 'Drawings of everyday things and plain shapes: what they are, their colours, how many, and where. For photographs it will say that it is not sure.',
    parameters: 5_400_000,
    bytes: 6_100_000,
    imageSize: 128,
  };
  return { object: 'list', data: [{ id: 'scenes-1', object: 'model', created: 0, owned_by: 'psyne', psyne }] };
}

function upgrade(mock, request, stream, head) {
  const { searchParams } = new URL(request.url, 'http://mock');
  if (mock.token && searchParams.get('token') !== mock.token) {
    stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    return;
  }
  const socket = accept(request, stream, head, 'psyne.v1');
  if (mock.refuse) {
    socket.close(mock.refuse);
    return;
  }
  mock.sockets.add(socket);
  const calls = new Map();
  socket.on('message', bytes => receive(mock, socket, calls, decode(bytes)));
  socket.on('close', () => {
    mock.sockets.delete(socket);
    for (const call of calls.values()) call.cancel();
  });
  socket.send(encode({ t: 'hello', v: mock.version ?? 1, node: 'psyne mock', services: ['vision.ask', 'node.watch'] }));
}

function receive(mock, socket, calls, message) {
  if (message.t === 'ping') socket.send(encode({ t: 'pong' }));
  if (message.t === 'credit') calls.get(message.id)?.grant(message.n);
  if (message.t === 'cancel') calls.get(message.id)?.cancel();
  if (message.t !== 'call') return;
  const call = new MockCall(socket, message);
  calls.set(message.id, call);
  mock.calls.push(call);
  const playing = message.method === 'vision.ask' ? answerAsk(mock, call) : watch(call);
  playing.catch(problem => call.cancelled || Promise.reject(problem));
}

/** A call as the node sees it; `item` waits for credit and rejects once the call is cancelled. */
class MockCall {
  sent = 0;
  granted = 0;
  cancelled = false;
  /** How many items had been sent each time the call ran out of credit. */
  waits = [];
  #socket;
  #waiting = [];

  constructor(socket, { id, method, args, credit }) {
    Object.assign(this, { id, method, args, credit });
    this.#socket = socket;
  }

  async item(value) {
    if (this.credit === 0) this.waits.push(this.sent);
    while (this.credit === 0 && !this.cancelled) await new Promise(resolve => this.#waiting.push(resolve));
    if (this.cancelled) throw new Error('cancelled');
    this.credit -= 1;
    this.sent += 1;
    this.#socket.send(encode({ t: 'item', id: this.id, value }));
  }

  end(value) {
    if (!this.cancelled) this.#socket.send(encode({ t: 'end', id: this.id, value }));
  }

  fail(code, message) {
    this.#socket.send(encode({ t: 'error', id: this.id, code, message }));
  }

  grant(n) {
    this.credit += n;
    this.granted += n;
    this.#wake();
  }

  cancel() {
    this.cancelled = true;
    this.#wake();
  }

  #wake() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

async function watch(call) {
  for (let i = 0; ; i++) {
    const jobs = i * 600 + Math.round(200 * Math.sin(i / 2));
    await call.item({
      workers: 2, jobs, queued: i % 3, waiting: 1, steals: i * 7, channels: 1, messages: i * 14, tokens: i * 11,
      residentBytes: 148_000_000, uptimeMs: 1000 + i * WATCH_EVERY_MS,
    });
    await new Promise(resolve => setTimeout(resolve, WATCH_EVERY_MS).unref());
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const mock = await startMock({ port: Number(process.env.PORT ?? 0) });
  process.stdout.write(`${mock.url}\n`);
}
