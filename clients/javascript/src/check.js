// Whether definitions are a schema: names, numbers, bounds and types, each fault told at the place it has in the text.

import { MAX_DEFINITIONS, MAX_FIELD_NUMBER, MAX_MEMBERS, MAX_NAME_LENGTH, MAX_NESTED_TYPES, RESERVED } from './definitions.js';
import { SchemaError } from './errors.js';
import { checkEndings } from './endings.js';

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Throws the first fault of some definitions. */
export class Check {
  constructor(places) {
    this.places = places;
    /** @type {Map<string, import('./definitions.js').Definition>} */
    this.named = new Map();
  }

  check(packageName, definitions) {
    for (const part of packageName.split('.')) this.#name(0, part, `part of the package '${short(packageName)}'`);
    this.#names(definitions);
    for (const each of definitions) this.#definition(each);
    checkEndings(this.named, (of, message) => this.fault(of, message));
  }

  fault(of, message) {
    const place = this.places.get(of);
    return place ? place.fault(message) : new SchemaError(message);
  }

  #names(definitions) {
    if (definitions.length > MAX_DEFINITIONS) {
      throw new SchemaError(`${definitions.length} definitions are more than ${MAX_DEFINITIONS}; split the schema into several packages`);
    }
    for (const each of definitions) {
      this.#name(each, each.name, each.kind);
      if (RESERVED.has(each.name)) throw this.fault(each, `'${each.name}' is a word of the language; give the ${each.kind} another name`);
      if (this.named.has(each.name)) throw this.fault(each, `'${each.name}' is defined twice; rename one`);
      this.named.set(each.name, each);
    }
  }

  #name(of, name, what) {
    if (name.length <= MAX_NAME_LENGTH && NAME.test(name)) return;
    const rule = `a name is an ASCII letter and at most ${MAX_NAME_LENGTH - 1} letters, digits and '_' behind it`;
    throw this.fault(of, `'${short(name)}' cannot name a ${what}; ${rule}`);
  }

  #definition(of) {
    const what = `${of.kind} ${of.name}`;
    if (of.kind === 'record') {
      this.#fields(of, what, of.fields, 'field');
    } else if (of.kind === 'enum') {
      this.#constants(of, what);
    } else {
      this.#members(of, what, of.methods, 'methods');
      this.#unique(of.methods, 'name', what, 'method');
      for (const method of of.methods) this.#method(of, method);
    }
  }

  #constants(of, what) {
    this.#members(of, what, of.constants, 'values');
    if (!of.constants.length) throw this.fault(of, `${what} has no value; give it one, such as '0 none;'`);
    this.#unique(of.constants, 'name', what, 'value');
    this.#unique(of.constants, 'number', what, 'number');
    for (const each of of.constants) this.#name(each, each.name, `value of ${what}`);
  }

  #method(service, method) {
    const what = `method ${service.name}.${method.name}`;
    this.#name(method, method.name, `method of service ${service.name}`);
    this.#fields(method, what, method.parameters, 'parameter');
    if (method.input !== null) this.#type(method, `${what}, its stream`, method.input, 1);
    if (method.output !== null) this.#type(method, `${what}, its result`, method.output, 1);
  }

  #fields(of, what, fields, eachIs) {
    this.#members(of, what, fields, `${eachIs}s`);
    this.#unique(fields, 'name', what, eachIs);
    this.#unique(fields, 'number', what, 'number');
    for (const each of fields) {
      this.#name(each, each.name, `${eachIs} of ${what}`);
      if (each.number < 1 || each.number > MAX_FIELD_NUMBER) {
        throw this.fault(each, `the number of ${eachIs} ${each.name} in ${what} is ${each.number}; it must be 1 to ${MAX_FIELD_NUMBER}`);
      }
      this.#type(each, `${what}, ${eachIs} ${each.name}`, each.type, 1);
    }
  }

  #type(holder, what, type, depth) {
    if (depth > MAX_NESTED_TYPES) {
      throw this.fault(holder, `${what}: more than ${MAX_NESTED_TYPES} types are nested in one another; put a record between them`);
    }
    if (type.kind === 'list') this.#type(holder, what, type.element, depth + 1);
    if (type.kind === 'map') this.#type(holder, what, type.value, depth + 1);
    if (type.kind === 'callback') {
      this.#type(holder, what, type.argument, depth + 1);
      this.#type(holder, what, type.result, depth + 1);
    }
    if (type.kind !== 'named') return;
    const where = this.places.has(type) ? type : holder;
    const found = this.named.get(type.name);
    if (found === undefined) throw this.fault(where, `${what}: no record or enum '${short(type.name)}' is defined here; define it or mend the name`);
    if (found.kind === 'service') throw this.fault(where, `${what}: ${type.name} is a service and no type; take a callback instead`);
  }

  #members(of, what, { length }, word) {
    if (length > MAX_MEMBERS) throw this.fault(of, `${what} has ${length} ${word}; at most ${MAX_MEMBERS} are possible`);
  }

  #unique(members, key, what, member) {
    const seen = new Set();
    for (const each of members) {
      if (seen.has(each[key])) throw this.fault(each, `${what} has the ${member} ${short(String(each[key]))} twice; change one`);
      seen.add(each[key]);
    }
  }
}

function short(name) {
  return name.length <= MAX_NAME_LENGTH ? name : `${name.slice(0, MAX_NAME_LENGTH)}…`;
}
