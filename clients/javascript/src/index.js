export { Codecs, RecordCodec } from './codec.js';
export * from './errors.js';
export { Schema } from './schema.js';
export { Tensor } from './tensor.js';
