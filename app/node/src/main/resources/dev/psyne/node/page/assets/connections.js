// The page of the connections: workspaces, their clients and services, and sums, from the stream of node.connections.

import { token } from './access.js';
import { bytes, count, duration } from './figures.js';
import { keyed, write } from './keyed.js';
import { follow, tell } from './live.js';

/** What the names of those begin with who come for one request of HTTP. */
const REQUEST = 'http-';

const CLIENT = {
  id: client => (client.local ? `${client.id} (${client.id.startsWith(REQUEST) ? 'a request' : 'this node'})` : client.id),
  user: client => (client.anonymous ? 'anonymous' : client.user),
  connectedMs: client => duration(client.connectedMs),
  callsMade: client => count(client.callsMade),
  callsTaken: client => count(client.callsTaken),
  bytesSent: client => bytes(client.bytesSent),
  bytesReceived: client => bytes(client.bytesReceived),
  waitingBytes: client => bytes(client.waitingBytes),
};
const FOR = { public: 'everybody', protected: 'its workspace', unlisted: 'who knows it' };
const SERVICE = {
  id: service => service.id,
  owner: service => service.owner,
  type: service => service.type,
  visibility: service => FOR[service.visibility] ?? service.visibility,
};
const SUMS = {
  clients: now => count(now.clients),
  workspaces: now => count(now.workspaces.length + now.withheld.workspaces + now.beyond.workspaces),
  services: now => count(sum(now, 'services')),
  calls: now => count(now.calls),
  callRate: (now, before) => count(rate(now, before, 'calls')),
  bytes: now => bytes(now.bytes),
  byteRate: (now, before) => bytes(rate(now, before, 'bytes')),
  waitingBytes: now => bytes(now.waitingBytes),
};

const find = id => document.getElementById(id);
const copy = id => find(id).content.firstElementChild.cloneNode(true);
let before = null;

write(find('invitation-code'), invitation());
follow('node.connections', token ? { token } : {}, {
  begin: () => { before = null; },
  show,
  failed: ({ code, message }) => tell(code === 'unauthorized' ? `${message} To go on without it, open this page with ?token= at the end of the address.` : message),
});

/** The lines that connect a client to this node. */
function invitation() {
  const options = [`"server_url": ${JSON.stringify(location.origin)}`, ...(token ? ['"token": "…"'] : [])];
  return `from hypha_rpc import connect_to_server\n\nserver = await connect_to_server({${options.join(', ')}})\n`;
}

function show(now) {
  for (const cell of find('sums').querySelectorAll('[data-figure]')) write(cell, SUMS[cell.dataset.figure](now, before ?? now));
  find('invitation').hidden = now.clients > 0;
  keyed(find('workspaces'), now.workspaces, workspace => workspace.name, () => copy('workspace'), showWorkspace);
  write(find('withheld'), left(now.withheld, 'Not open to you', '. To see your own, open this page with ?token=… at the end of the address; await server.generate_token() gives one.'));
  write(find('beyond'), left(now.beyond, 'Not shown for want of room', '.'));
  before = now;
}

function showWorkspace(card, { name, readable, clients, services }) {
  write(card.querySelector('h2'), name);
  fill(card, 'clients', `Clients of ${name}`, clients, client => client.id, CLIENT);
  fill(card, 'services', `Services of ${name}`, services, service => `${service.owner}:${service.id}`, SERVICE);
  const none = !readable ? 'Its clients are not open to you; what it offers to everybody is.' : services.length === 0 ? 'It offers no services.' : '';
  write(card.querySelector('[data-part="none"]'), none);
}

/** A table of `items`, away where there are none. */
function fill(card, part, label, items, keyOf, figures) {
  const group = card.querySelector(`[data-part="${part}"]`);
  group.hidden = items.length === 0;
  group.setAttribute('aria-label', label);
  keyed(group.querySelector('tbody'), items, keyOf, () => copy(part.slice(0, -1)), (row, item) => {
    for (const cell of row.querySelectorAll('[data-figure]')) write(cell, figures[cell.dataset.figure](item));
    row.querySelector('[data-figure="waitingBytes"]')?.toggleAttribute('data-some', item.waitingBytes > 0);
  });
}

function sum(now, part) {
  return now.workspaces.reduce((all, workspace) => all + workspace[part].length, now.withheld[part] + now.beyond[part]);
}

function rate(now, earlier, name) {
  const seconds = (now.takenAtMs - earlier.takenAtMs) / 1000;
  return seconds > 0 ? Math.max(0, now[name] - earlier[name]) / seconds : 0;
}

function left(rest, opening, end) {
  const parts = ['workspaces', 'clients', 'services'].filter(what => rest[what] > 0);
  const words = parts.map(what => `${count(rest[what])} ${rest[what] === 1 ? what.slice(0, -1) : what}`);
  return words.length === 0 ? '' : `${opening}: ${words.join(', ')}${end}`;
}
