// Tensors: numbers in rows over a typed array. `f16` and `bf16` are held as their bits, for JavaScript has no such arrays everywhere.

import { ELEMENTS } from './definitions.js';

/** The typed array that holds elements of a type. */
export const ARRAYS = {
  bool: Uint8Array,
  u8: Uint8Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** Element types by the code they have on the wire. */
export const WORDS = Object.fromEntries(Object.entries(ELEMENTS).map(([word, code]) => [code, word]));

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array);
const TYPES_OF_ARRAYS = {
  Uint8Array: 'u8',
  Uint8ClampedArray: 'u8',
  Int8Array: 'i8',
  Int16Array: 'i16',
  Int32Array: 'i32',
  BigInt64Array: 'i64',
  Float16Array: 'f16',
  Float32Array: 'f32',
  Float64Array: 'f64',
};

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw new Error('psyne reads arrays in place, which wants a little-endian machine');

/** Numbers in rows: the outermost dimension first, the last one contiguous. */
export class Tensor {
  /**
   * @param {ArrayBufferView} data the elements; `f16` and `bf16` as a Uint16Array of their bits
   * @param {readonly number[]} [shape] as long as the array and of one dimension if it is left out
   * @param {string} [type] the element type, which the array says if it is left out
   */
  constructor(data, shape = [data.length], type = TYPES_OF_ARRAYS[data?.constructor?.name]) {
    const fault = faultOf(data, shape, type);
    if (fault) throw new TypeError(`a tensor ${fault}`);
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /** The elements of `f16` and `bf16` as numbers; of other types `data`, which holds them. */
  numbers() {
    if (!(this.data instanceof Uint16Array)) return this.data;
    return Float32Array.from(this.data, this.type === 'f16' ? numberOfHalf : numberOfBfloat);
  }

  /** Of numbers; `f16` and `bf16` are rounded to the nearest, to even in the middle. */
  static from(numbers, shape, type) {
    if (!Object.hasOwn(ARRAYS, type)) throw new TypeError(`'${type}' is no element type`);
    const convert = type === 'f16' ? halfOf : type === 'bf16' ? bfloatOf : undefined;
    return new Tensor(ARRAYS[type].from(numbers, convert), shape ?? [numbers.length], type);
  }
}

/** What is wrong with a tensor, undefined if it is one. */
function faultOf(data, shape, type) {
  if (!(data instanceof TYPED_ARRAY)) return `wants a typed array, not ${typeof data}`;
  if (!Object.hasOwn(ARRAYS, type ?? '')) return `of ${data.constructor.name} wants an element type: ${Object.keys(ARRAYS).join(', ')}`;
  if (data.BYTES_PER_ELEMENT !== ARRAYS[type].BYTES_PER_ELEMENT) return `of ${type} has no ${data.constructor.name}`;
  if (!Array.isArray(shape) || !shape.every((each) => Number.isSafeInteger(each) && each >= 0)) return `has no shape ${shape}`;
  const count = shape.reduce((product, each) => product * each, 1);
  return count === data.length ? undefined : `of shape [${shape}] has ${count} elements, not ${data.length}`;
}

/** The tensor that a value is, be it a typed array or like a tensor; undefined if it is none. `element` says what an array's bits are. */
export function tensorOf(value, element) {
  if (value instanceof Tensor) return value;
  if (value instanceof TYPED_ARRAY) {
    const bits = (value instanceof Uint16Array && (element === 'f16' || element === 'bf16')) || (value instanceof Uint8Array && element === 'bool');
    return bits ? new Tensor(value, [value.length], element) : new Tensor(value);
  }
  return value?.data instanceof TYPED_ARRAY ? new Tensor(value.data, value.shape, value.type) : undefined;
}

export function isTypedArray(value) {
  return value instanceof TYPED_ARRAY;
}

/** The memory of a typed array, as bytes. */
export function bytesOf(array) {
  return array.constructor === Uint8Array ? array : new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A tensor without a check of what was checked. */
export function tensorInPlace(bytes, at, type, shape, count) {
  const tensor = Object.create(Tensor.prototype);
  const start = bytes.byteOffset + at;
  const array = ARRAYS[type];
  tensor.type = type;
  tensor.shape = shape;
  const misaligned = start % array.BYTES_PER_ELEMENT;
  tensor.data = misaligned ? new array(bytes.slice(at, at + count * array.BYTES_PER_ELEMENT).buffer) : new array(bytes.buffer, start, count);
  return tensor;
}

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

function numberOfBfloat(value) {
  bits[0] = value << 16;
  return single[0];
}

function bfloatOf(number) {
  single[0] = number;
  if (number !== number) return 0x7fc0;
  return (bits[0] + 0x7fff + ((bits[0] >>> 16) & 1)) >>> 16;
}

function numberOfHalf(value) {
  const sign = value & 0x8000 ? -1 : 1;
  const exponent = (value >> 10) & 0x1f;
  const fraction = value & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

function halfOf(number) {
  single[0] = number;
  const sign = (bits[0] >>> 16) & 0x8000;
  const size = Math.abs(number);
  if (size !== size) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 the steps are those of the least exponent.
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-9)));
  const steps = toEven(size / 2 ** (exponent - 10));
  return sign | (exponent === -14 ? steps : ((exponent + 15) << 10) + steps - 1024);
}

function toEven(number) {
  const below = Math.floor(number);
  const rest = number - below;
  return rest > 0.5 || (rest === 0.5 && below & 1) ? below + 1 : below;
}
