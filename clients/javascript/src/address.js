// Where a server is and how a client connects to it.

import { LIMITS } from './frames.js';

/** In the other spelling of an option's name, as hypha's users write them. */
const SPELLINGS = { server_url: 'serverUrl', client_id: 'clientId', method_timeout: 'methodTimeout' };
const DEFAULTS = {
  serverUrl: undefined,
  token: undefined,
  workspace: undefined,
  clientId: undefined,
  name: 'javascript',
  timeout: 10,
  methodTimeout: undefined,
  reconnect: false,
  limits: {},
  WebSocket: undefined,
  onFailure: (error, what) => console.error(`psyne: ${what} failed`, error),
};

/**
 * The options of `connectToServer`, checked. `timeout` holds for connecting, `methodTimeout` for every call that is given none, both
 * in seconds. With `reconnect` a lost connection is made again at the next call, or at once while services are registered, which are
 * offered again.
 */
export function optionsOf(given) {
  const named = Object.fromEntries(Object.entries(given ?? {}).map(([key, value]) => [SPELLINGS[key] ?? key, value]));
  const unknown = Object.keys(named).filter((each) => !(each in DEFAULTS));
  if (unknown.length) throw new TypeError(`there is no option ${unknown.join(', ')}; there are ${Object.keys(DEFAULTS).join(', ')}`);
  if (!named.serverUrl) throw new TypeError("'server_url' is missing, such as ws://localhost:9000/psyne");
  const options = { ...DEFAULTS };
  for (const [key, value] of Object.entries(named)) if (value !== undefined && value !== null) options[key] = value;
  const limit = Object.keys(options.limits).find((each) => !(each in LIMITS) || !(options.limits[each] > 0));
  if (limit) throw new RangeError(`limits.${limit} is ${options.limits[limit]}; there are ${Object.keys(LIMITS).join(', ')}, and all are positive`);
  options.limits = { ...LIMITS, ...options.limits };
  options.address = addressOf(options.serverUrl);
  return options;
}

/** `{host, port}`, `{path}` or `{url}`. An address of the web stands for the WebSocket of its node. */
export function addressOf(text) {
  const refused = new TypeError(`'${text}' is no address of a server: ws://host:port/psyne, wss://…, tcp://host:port or unix:/path`);
  const [, scheme, rest] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  if (scheme === 'unix') return { path: rest.startsWith('//') ? rest.slice(2) : rest };
  if (scheme === 'tcp') {
    const [, host, digits] = /^\/\/(.+):([0-9]+)$/.exec(rest) ?? [];
    const port = Number(digits);
    if (!(port > 0 && port < 65536)) throw refused;
    return { host: host.replace(/^\[|\]$/g, ''), port };
  }
  if (!/^(ws|http)s?$/.test(scheme ?? '') || !URL.canParse(text)) throw refused;
  const url = new URL(text);
  url.protocol = url.protocol.replace('http', 'ws');
  if (url.pathname === '/') url.pathname = '/psyne';
  url.hash = '';
  return { url: url.href };
}
