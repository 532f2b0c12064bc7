// What a schema defines, as plain values. Fields stand by number, methods by name, once a `Schema` holds them.

/**
 * @typedef {{kind: 'scalar', word: string} | {kind: 'string'} | {kind: 'bytes'} | {kind: 'tensor', element: string | null}
 *   | {kind: 'list', element: Type} | {kind: 'map', value: Type} | {kind: 'callback', argument: Type, result: Type}
 *   | {kind: 'named', name: string}} Type
 * @typedef {{number: number, type: Type, name: string, optional: boolean}} Field
 * @typedef {{number: number, name: string}} Constant
 * @typedef {{name: string, parameters: Field[], input: Type | null, output: Type | null, streamed: boolean, idempotent: boolean}} Method
 *   `input` is the type of the caller's items, `output` that of the result or, if `streamed`, of its items
 * @typedef {{kind: 'record', name: string, fields: Field[]}} RecordDefinition
 * @typedef {{kind: 'enum', name: string, constants: Constant[]}} EnumDefinition
 * @typedef {{kind: 'service', name: string, methods: Method[]}} ServiceDefinition
 * @typedef {RecordDefinition | EnumDefinition | ServiceDefinition} Definition
 */

/** Bytes of each scalar type. */
export const SCALARS = { bool: 1, i8: 1, i16: 2, i32: 4, i64: 8, f32: 4, f64: 8 };

/** Codes of a tensor's element types. */
export const ELEMENTS = { f32: 1, i8: 2, u8: 3, i16: 4, i32: 5, i64: 6, f16: 7, bf16: 8, f64: 9, bool: 10 };

export const ELEMENT_BYTES = { f32: 4, i8: 1, u8: 1, i16: 2, i32: 4, i64: 8, f16: 2, bf16: 2, f64: 8, bool: 1 };

export const RESERVED = new Set([
  ...['package', 'record', 'enum', 'service', 'idempotent', 'stream', 'string', 'bytes', 'tensor', 'list', 'map', 'callback'],
  ...Object.keys(SCALARS),
  ...Object.keys(ELEMENTS),
]);

export const MAX_TEXT_BYTES = 1 << 20;
export const MAX_DEFINITIONS = 4096;
export const MAX_MEMBERS = 1024;
export const MAX_NESTED_TYPES = 32;
export const MAX_NAME_LENGTH = 128;
export const MAX_FIELD_NUMBER = 65535;
export const MAX_NUMBER = 0x7fffffff;

/** The records and enums that a type names, added to `names`; returns whether a callback is in it. */
export function mentions(type, names) {
  switch (type.kind) {
    case 'named':
      names.add(type.name);
      return false;
    case 'list':
      return mentions(type.element, names);
    case 'map':
      return mentions(type.value, names);
    case 'callback':
      mentions(type.argument, names);
      mentions(type.result, names);
      return true;
    default:
      return false;
  }
}
