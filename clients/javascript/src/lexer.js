// Cuts a schema's text into tokens, one at a time; at the end come `end` tokens for ever.

import { MAX_NAME_LENGTH } from './definitions.js';
import { SchemaError } from './errors.js';

const TOKEN = /([ \t\r\n]+|\/\/[^\n]*)|([A-Za-z][A-Za-z0-9_]*)|([0-9][A-Za-z0-9_]*)|(->|[{}()<>;,?.])/y;

/** Where something stands in a text; both count from 1. */
export class Place {
  constructor(line, column) {
    this.line = line;
    this.column = column;
  }

  fault(message) {
    return new SchemaError(message, this.line, this.column);
  }
}

/** `kind` is name, number, sign or end. */
export class Token {
  constructor(kind, text, place) {
    this.kind = kind;
    this.text = text;
    this.place = place;
  }

  shown() {
    if (this.kind === 'end') return 'the end of the text';
    return this.text.length <= MAX_NAME_LENGTH ? `'${this.text}'` : `'${this.text.slice(0, MAX_NAME_LENGTH)}…'`;
  }
}

export class Lexer {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.line = 1;
    this.lineBegin = 0;
  }

  next() {
    while (this.at < this.text.length) {
      const place = new Place(this.line, this.at - this.lineBegin + 1);
      TOKEN.lastIndex = this.at;
      const match = TOKEN.exec(this.text);
      if (match === null) {
        throw place.fault(`${this.#character()} has no meaning here; names are letters, digits and '_', and begin with a letter; a comment begins with //`);
      }
      const [text, blank, name, number] = match;
      this.at += text.length;
      if (blank !== undefined) {
        this.#countLines(text);
        continue;
      }
      if (number !== undefined) checkNumber(text, place);
      return new Token(name !== undefined ? 'name' : number !== undefined ? 'number' : 'sign', text, place);
    }
    return new Token('end', '', new Place(this.line, this.at - this.lineBegin + 1));
  }

  #countLines(blank) {
    for (let at = blank.indexOf('\n'); at >= 0; at = blank.indexOf('\n', at + 1)) {
      this.line++;
      this.lineBegin = this.at - blank.length + at + 1;
    }
  }

  #character() {
    const code = this.text.codePointAt(this.at);
    return code > 0x20 && code < 0x7f ? `'${String.fromCodePoint(code)}'` : `'U+${code.toString(16).toUpperCase().padStart(4, '0')}'`;
  }
}

function checkNumber(text, place) {
  if (!/^[0-9]+$/.test(text)) throw place.fault('a number is digits alone, and a name begins with a letter');
  if (text.length > 1 && text[0] === '0') throw place.fault('a number has no leading zero');
}
