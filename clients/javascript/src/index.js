// Psyne from JavaScript: services, called and offered, over the protocol psyne.v2.
//
//   const server = await connectToServer({ server_url: 'ws://localhost:9000/psyne' });
//   console.log(await (await server.getService('hello')).greet('Zoë'));

export { Codecs, RecordCodec } from './codec.js';
export { BrokenMessageError, ConnectionLost, DeadlineExceeded, ProtocolError, PsyneError, RemoteError, SchemaError } from './errors.js';
export { withOptions } from './proxy.js';
export { Schema } from './schema.js';
export { Server, connectToServer, connectToServer as connect_to_server } from './server.js';
export { Tensor } from './tensor.js';
