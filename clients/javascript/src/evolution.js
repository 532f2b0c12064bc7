// Whether a caller's schema and a callee's can follow one another, by the rules of docs/schema.md, section Evolution.

import { printType } from './printer.js';

/** The first thing in which they cannot follow one another, null if they can. Methods that only one has do not matter. */
export function difference(own, mine, other, theirs) {
  const check = new Difference(own.definitions, other.definitions);
  const methods = new Map(theirs.methods.map((each) => [each.name, each]));
  for (const method of mine.methods) {
    const found = methods.get(method.name);
    const differs = found && check.methods(method, found);
    if (differs) return differs;
  }
  return null;
}

class Difference {
  #seen = new Set();

  constructor(own, other) {
    this.own = own;
    this.other = other;
  }

  methods(mine, theirs) {
    const what = `method ${mine.name}`;
    if (mine.streamed !== theirs.streamed || !mine.input !== !theirs.input || !mine.output !== !theirs.output) {
      return `${what} streams, takes or gives something else`;
    }
    return (
      this.#fields(what, mine.parameters, theirs.parameters) ??
      (mine.input && this.#types(what, mine.input, theirs.input)) ??
      (mine.output && this.#types(what, mine.output, theirs.output))
    );
  }

  #fields(what, mine, theirs) {
    const common = Math.min(mine.length, theirs.length);
    for (let i = 0; i < common; i++) {
      const [ours, found] = [mine[i], theirs[i]];
      if (ours.number !== found.number || ours.name !== found.name || ours.optional !== found.optional) {
        return `${what}: field ${ours.number} ${ours.name} here is ${found.number} ${found.name} there, or only one of them is optional`;
      }
      const differs = this.#types(`${what}, field ${ours.name}`, ours.type, found.type);
      if (differs) return differs;
    }
    const extra = [...mine.slice(common), ...theirs.slice(common)].find((each) => !each.optional);
    return extra ? `${what}: field ${extra.name} is on one side only, and not optional` : null;
  }

  #types(what, mine, theirs) {
    if (mine.kind === theirs.kind) {
      switch (mine.kind) {
        case 'list':
          return this.#types(what, mine.element, theirs.element);
        case 'map':
          return this.#types(what, mine.value, theirs.value);
        case 'callback':
          return this.#types(what, mine.argument, theirs.argument) ?? this.#types(what, mine.result, theirs.result);
        case 'named':
          return this.#named(mine.name, theirs.name);
      }
    }
    const [here, there] = [printType(mine), printType(theirs)];
    return here === there ? null : `${what} is ${here} here and ${there} there`;
  }

  #named(mine, theirs) {
    if (this.#seen.has(mine)) return null;
    this.#seen.add(mine);
    const ours = this.own.get(mine);
    const found = this.other.get(theirs);
    if (mine !== theirs || ours.kind !== found.kind) return `${mine} here is ${theirs} there`;
    return ours.kind === 'record' ? this.#fields(`record ${mine}`, ours.fields, found.fields) : constants(mine, ours, found);
  }
}

function constants(name, ours, found) {
  const numbers = new Map(found.constants.map((each) => [each.name, each.number]));
  const other = ours.constants.find((each) => (numbers.get(each.name) ?? each.number) !== each.number);
  return other ? `enum ${name}: ${other.name} is ${other.number} here and ${numbers.get(other.name)} there` : null;
}
