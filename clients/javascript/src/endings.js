// A record that always holds itself never ends; a callback in a result cannot be called when the call is over.

import { mentions } from './definitions.js';
import { printType } from './printer.js';

/** Stands among the names that a record mentions for a callback; no record has this name. */
const CALLBACK = '';

/** Throws the first fault; `fault` makes it of a field or method and a message. */
export function checkEndings(named, fault) {
  const records = new Map([...named].filter(([, each]) => each.kind === 'record'));
  const always = new Map([...records].map(([name, each]) => [name, each.fields.filter((field) => holdsAlways(field, records))]));
  const finite = spread(new Map([...always].map(([name, fields]) => [name, fields.map((field) => field.type.name)])), true);
  for (const [name, fields] of always) {
    for (const field of fields) {
      if (finite.has(field.type.name)) continue;
      const what = `record ${name} never ends: its field ${field.name} always holds a record ${printType(field.type)} that has no end either`;
      throw fault(field, `${what}; make a field optional, or a list`);
    }
  }
  const calling = spread(new Map([...records].map(([name, each]) => [name, called(each)])), false);
  for (const service of named.values()) {
    for (const method of service.kind === 'service' ? service.methods : []) resultWithoutCallback(service, method, calling, fault);
  }
}

function resultWithoutCallback(service, method, calling, fault) {
  if (method.output === null || method.streamed) return;
  const names = new Set();
  if (mentions(method.output, names) || [...names].some((each) => calling.has(each))) {
    const what = `method ${service.name}.${method.name}: its result holds a callback, which nobody may call when the call is over`;
    throw fault(method, `${what}; take it as a parameter or stream it`);
  }
}

function called(record) {
  const names = new Set();
  for (const field of record.fields) {
    if (mentions(field.type, names)) names.add(CALLBACK);
  }
  return [...names];
}

/**
 * The records marked when a record is marked as soon as `all` of those it holds are, or one of them; without recursion, for peers
 * send schemas.
 */
function spread(holds, all) {
  const marked = new Set([CALLBACK]);
  const holders = new Map();
  for (const [name, held] of holds) {
    for (const each of held) {
      if (!holders.has(each)) holders.set(each, []);
      holders.get(each).push(name);
    }
  }
  const missing = new Map([...holds].map(([name, held]) => [name, all ? held.length : 1]));
  const done = [...missing].filter(([, count]) => !count).map(([name]) => name);
  if (!all) done.push(CALLBACK);
  while (done.length) {
    const name = done.pop();
    marked.add(name);
    for (const holder of holders.get(name) ?? []) {
      const left = missing.get(holder) - 1;
      missing.set(holder, left);
      if (!left) done.push(holder);
    }
  }
  return marked;
}

function holdsAlways(field, records) {
  return !field.optional && field.type.kind === 'named' && records.has(field.type.name);
}
