// Writes the canonical form of docs/schema.md; the order of everything is the schema's.

/** A type in the language. */
export function printType(type) {
  switch (type.kind) {
    case 'scalar':
      return type.word;
    case 'tensor':
      return type.element ? `tensor<${type.element}>` : 'tensor';
    case 'list':
      return `list<${printType(type.element)}>`;
    case 'map':
      return `map<${printType(type.value)}>`;
    case 'callback':
      return `callback<${printType(type.argument)},${printType(type.result)}>`;
    case 'named':
      return type.name;
    default:
      return type.kind;
  }
}

export function printSchema(name, definitions) {
  return `package ${name};\n` + definitions.map(definition).join('');
}

function definition(of) {
  return `${of.kind} ${of.name} {\n${members(of).map((each) => `  ${each};\n`).join('')}}\n`;
}

function members(of) {
  if (of.kind === 'record') return of.fields.map(field);
  return of.kind === 'enum' ? of.constants.map((each) => `${each.number} ${each.name}`) : of.methods.map(method);
}

function field(of) {
  return `${of.number} ${printType(of.type)} ${of.name}${of.optional ? '?' : ''}`;
}

function method(of) {
  const parameters = of.parameters.map(field);
  if (of.input !== null) parameters.push('stream ' + printType(of.input));
  const output = of.output === null ? '' : (of.streamed ? ' -> stream ' : ' -> ') + printType(of.output);
  return `${of.idempotent ? 'idempotent ' : ''}${of.name}(${parameters.join(', ')})${output}`;
}
