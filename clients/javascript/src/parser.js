// Reads the language of docs/schema.md by recursive descent. What the words mean together is checked elsewhere.

import { ELEMENTS, MAX_NESTED_TYPES, MAX_NUMBER, MAX_TEXT_BYTES, RESERVED, SCALARS } from './definitions.js';
import { SchemaError } from './errors.js';
import { Lexer } from './lexer.js';

/** `places` says where what was read stands; that of the file is under 0. */
export class Parser {
  constructor(text) {
    if (text.length > MAX_TEXT_BYTES) {
      throw new SchemaError(`the schema has ${text.length} characters; at most ${MAX_TEXT_BYTES} are read: split it into several packages`);
    }
    this.lexer = new Lexer(text);
    this.token = this.lexer.next();
    /** @type {Map<any, import('./lexer.js').Place>} */
    this.places = new Map();
  }

  /** @returns {{name: string, definitions: import('./definitions.js').Definition[]}} */
  file() {
    this.#at(this.token.place, 0);
    this.#takeWord('package', "a schema begins with 'package', its name and ';'");
    let name = this.#name("a package's name");
    while (this.#takeIf('.')) name += '.' + this.#name("the next part of the package's name");
    this.#take(';', "after the package's name");
    const definitions = [];
    while (this.token.kind !== 'end') definitions.push(this.#definition());
    return { name, definitions };
  }

  #definition() {
    const { text: kind, place: begin } = this.token;
    if (kind !== 'record' && kind !== 'enum' && kind !== 'service') {
      throw begin.fault(`expected 'record', 'enum' or 'service', found ${this.token.shown()}`);
    }
    this.#advance();
    const place = this.token.place;
    const name = this.#name(`the ${kind}'s name`);
    const of = `${kind} ${name}`;
    if (kind === 'record') return this.#at(place, { kind, name, fields: this.#members(of, () => this.#field('field')) });
    if (kind === 'enum') return this.#at(place, { kind, name, constants: this.#members(of, () => this.#constant()) });
    return this.#at(place, { kind, name, methods: this.#members(of, () => this.#method()) });
  }

  #members(of, member) {
    this.#take('{', `after the name of ${of}`);
    const members = [];
    while (!this.#takeIf('}')) {
      if (this.token.kind === 'end') throw this.token.place.fault(`'}' is missing at the end of ${of}`);
      members.push(member());
      this.#take(';', `behind what ${of} has`);
    }
    return members;
  }

  #constant() {
    const place = this.token.place;
    const number = this.#number('a value of an enum begins with its number');
    return this.#at(place, { number, name: this.#name("the value's name") });
  }

  #field(what) {
    const place = this.token.place;
    const number = this.#number(`a ${what} begins with its number`);
    const type = this.#type(1);
    const name = this.#name(`the ${what}'s name`);
    return this.#at(place, { number, type, name, optional: this.#takeIf('?') });
  }

  #method() {
    const place = this.token.place;
    let name = this.#name("a method's name");
    const idempotent = name === 'idempotent' && this.token.kind === 'name';
    if (idempotent) name = this.#name("a method's name");
    this.#take('(', "after a method's name");
    const { parameters, input } = this.#parameters();
    this.#take(')', input === null ? "or ',' after a method's parameters" : 'after the stream, which comes last');
    let output = null;
    let streamed = false;
    if (this.#takeIf('->')) {
      streamed = this.#takeIf('stream');
      output = this.#type(1);
    }
    return this.#at(place, { name, parameters, input, output, streamed, idempotent });
  }

  #parameters() {
    const parameters = [];
    let more = this.token.text !== ')';
    while (more) {
      if (this.#takeIf('stream')) return { parameters, input: this.#type(1) };
      parameters.push(this.#field('parameter'));
      more = this.#takeIf(',');
    }
    return { parameters, input: null };
  }

  #type(depth) {
    const place = this.token.place;
    if (depth > MAX_NESTED_TYPES) throw place.fault(`more than ${MAX_NESTED_TYPES} types are nested in one another; put a record between them`);
    const word = this.#name('a type');
    if (Object.hasOwn(SCALARS, word)) return { kind: 'scalar', word };
    switch (word) {
      case 'string':
      case 'bytes':
        return { kind: word };
      case 'tensor':
        return this.#tensor();
      case 'list':
        return { kind: 'list', element: this.#inner(word, depth) };
      case 'map':
        return { kind: 'map', value: this.#inner(word, depth) };
      case 'callback':
        return this.#callback(depth);
    }
    if (RESERVED.has(word)) throw place.fault(`'${word}' is no type${Object.hasOwn(ELEMENTS, word) ? "; only a tensor's" : ''}`);
    return this.#at(place, { kind: 'named', name: word });
  }

  #inner(word, depth) {
    this.#take('<', `after '${word}'`);
    const inner = this.#type(depth + 1);
    this.#take('>', `after the type in '${word}'`);
    return inner;
  }

  #callback(depth) {
    this.#take('<', "after 'callback'");
    const argument = this.#type(depth + 1);
    this.#take(',', "between a callback's argument and result");
    const result = this.#type(depth + 1);
    this.#take('>', "after a callback's result");
    return { kind: 'callback', argument, result };
  }

  #tensor() {
    if (!this.#takeIf('<')) return { kind: 'tensor', element: null };
    const token = this.token;
    const element = this.#name('an element type');
    if (!Object.hasOwn(ELEMENTS, element)) {
      throw token.place.fault(`${token.shown()} is no element type; there are bool, u8, i8, i16, i32, i64, f16, bf16, f32 and f64`);
    }
    this.#take('>', 'after the element type');
    return { kind: 'tensor', element };
  }

  #at(place, what) {
    this.places.set(what, place);
    return what;
  }

  #name(what) {
    if (this.token.kind !== 'name') throw this.token.place.fault(`expected ${what}, found ${this.token.shown()}`);
    return this.#advance();
  }

  #number(rule) {
    const { kind, text, place } = this.token;
    if (kind !== 'number') throw place.fault(`${rule}, found ${this.token.shown()}`);
    if (text.length > String(MAX_NUMBER).length || Number(text) > MAX_NUMBER) {
      throw place.fault(`the number ${this.token.shown()} is greater than ${MAX_NUMBER}`);
    }
    return Number(this.#advance());
  }

  #takeWord(word, rule) {
    if (!this.#takeIf(word)) throw this.token.place.fault(`${rule}, found ${this.token.shown()}`);
  }

  #take(sign, where) {
    this.#takeWord(sign, `expected '${sign}' ${where}`);
  }

  #takeIf(text) {
    if (this.token.kind === 'end' || this.token.text !== text) return false;
    this.#advance();
    return true;
  }

  #advance() {
    const { text } = this.token;
    this.token = this.lexer.next();
    return text;
  }
}
