// A connection to a node, made again if the options say so.

import { optionsOf } from './address.js';
import { Core } from './core.js';
import { ConnectionLost } from './errors.js';
import { Schema } from './schema.js';
import { proxyOf } from './proxy.js';
import { CONNECTION_METHODS, FIND, OFFER, SERVICES, WITHDRAW, bound, connectionService, described } from './services.js';
import { connectSocket } from './sockets.js';
import { connectWebSocket } from './websocket.js';

const FIRST_RETRY_MILLIS = 100;
const LAST_RETRY_MILLIS = 10_000;

/**
 * Connects and says hello.
 * ConnectionLost if there is no server, RemoteError if it refuses.
 */
export async function connectToServer(config) {
  const server = new Server(optionsOf(config));
  await server.core();
  return server;
}

export class Server {
  #options;
  #provided = new Map();
  #names = new Map();
  #next = 1;
  #schemas = new Map();
  #core = null;
  #connecting = null;
  #closed = false;
  #retry = null;
  #ended;
  #end;

  /** Of checked options; `connectToServer` makes one. */
  constructor(options) {
    this.#options = options;
    this.#provided.set(0, connectionService(() => [...this.#provided].filter(([number]) => number)));
    this.#ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** What the node calls itself. */
  get name() {
    return this.#core?.peer.name ?? '';
  }

  /**
   * A service by its name; its methods are the proxy's. `schema` is the caller's own, which the service's must follow; `timeout` in
   * seconds holds for every call.
   */
  async getService(name, { schema, timeout } = {}) {
    const own = schema === undefined ? null : Schema.of(schema);
    const find = () => this.#find(name, own);
    return proxyOf(name, await find(), find, { timeout: timeout ?? this.#options.methodTimeout });
  }

  /**
   * Offers a service: an object with an `id` and functions, or with methods. Returns the full name by which others find it.
   */
  async registerService(service, { schema } = {}) {
    const provided = described(service, schema);
    const core = await this.core();
    const { services } = core.limits;
    if (this.#provided.size > services) throw new RangeError(`${services} services are registered, which is as many as there may be`);
    const number = this.#next++;
    this.#provided.set(number, provided);
    try {
      const name = await this.#own(core, OFFER, provided.offer(number));
      this.#names.set(number, name);
      return name;
    } catch (error) {
      this.#provided.delete(number);
      throw error;
    }
  }

  /** Ends what `registerService` began; `name` is the id or the full name. */
  async unregisterService(name) {
    for (const [number, full] of this.#names) {
      if (name !== full && name !== this.#provided.get(number).name) continue;
      await this.#own(await this.core(), WITHDRAW, full);
      this.#provided.delete(number);
      this.#names.delete(number);
      return;
    }
    throw new RangeError(`no service '${name}' is registered here`);
  }

  /** The names of all services that can be found. */
  async listServices() {
    return this.#own(await this.core(), SERVICES);
  }

  /** Waits until the server is closed, or its connection is lost and not made again. */
  async serve() {
    await this.#ended;
  }

  /** Ends the connection and every call with it. */
  async close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#core?.end(new ConnectionLost('it was closed here'));
    this.#end();
  }

  /** The connection, made again if it was lost and the options say so. */
  async core() {
    if (this.#core?.alive) return this.#core;
    if (this.#closed) throw new ConnectionLost('the connection has ended: it was closed here');
    if (this.#core !== null && !this.#options.reconnect) {
      const { error, leaving } = this.#core;
      throw error === null ? leaving : new ConnectionLost(`the connection has ended: ${error.message}`);
    }
    this.#connecting ??= this.#connected().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  async #connected() {
    const core = await this.#greeted();
    try {
      for (const number of this.#names.keys()) this.#names.set(number, await this.#own(core, OFFER, this.#provided.get(number).offer(number)));
      if (this.#closed) throw new ConnectionLost('the connection has ended: it was closed here');
    } catch (error) {
      core.end(new ConnectionLost(`it is given up: ${error.message}`));
      throw error;
    }
    this.#core = core;
    // It may have been lost while services were offered.
    if (core.error !== null) this.#lost(core);
    return core;
  }

  async #greeted() {
    const { address, serverUrl, token, timeout, limits, onFailure, WebSocket } = this.#options;
    const carrier = await (address.url ? connectWebSocket(address.url, token, timeout, WebSocket) : connectSocket(address, timeout, serverUrl));
    return new Promise((resolve, reject) => {
      const ended = (core) => {
        clearTimeout(timer);
        reject(core.leaving ?? core.error);
        this.#lost(core);
      };
      const greeted = () => {
        clearTimeout(timer);
        resolve(core);
      };
      const core = new Core(carrier, limits, this.#provided, { greeted, ended, failed: onFailure });
      const timer = setTimeout(() => core.end(new ConnectionLost(`${serverUrl} says no HELLO within ${timeout} s`)), timeout * 1000);
      core.sendHello(this.#options);
    });
  }

  #lost(core) {
    if (core !== this.#core || this.#closed) return;
    if (!this.#options.reconnect) this.#end();
    else if (this.#names.size) this.#again(FIRST_RETRY_MILLIS);
  }

  /** Tries to connect, later and later. */
  #again(millis) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.core().catch(() => {
        if (!this.#closed) this.#again(Math.min(2 * millis, LAST_RETRY_MILLIS));
      });
    }, millis);
  }

  /** A call of the node's own service. */
  async #own(core, number, ...args) {
    const method = CONNECTION_METHODS[number];
    const call = core.begin(0, number, method.writeArguments(args), { timeout: this.#options.timeout, what: method.name });
    return method.readResult(await call.answer());
  }

  /** Binds a name on the connection that there is. */
  async #find(name, own) {
    const core = await this.core();
    const known = this.#schemas.get(name);
    const found = await this.#own(core, FIND, name, known && BigInt.asIntN(64, known.fingerprint));
    const made = bound(core, name, found, own, known);
    if (made.schema !== null && this.#schemas.size < core.limits.services) this.#schemas.set(name, made.schema);
    return made;
  }
}

// As hypha's users call them.
const SPELLINGS = {
  get_service: 'getService',
  register_service: 'registerService',
  unregister_service: 'unregisterService',
  list_services: 'listServices',
  disconnect: 'close',
};
for (const [name, other] of Object.entries(SPELLINGS)) {
  Object.defineProperty(Server.prototype, name, { value: Server.prototype[other], configurable: true, writable: true });
}
if (Symbol.asyncDispose) Object.defineProperty(Server.prototype, Symbol.asyncDispose, { value: Server.prototype.close });
