// The types: of the package, and of a module that `psyne gen --typescript` wrote, used together.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as psyne from '../../src/index.js';
import { DIRECTORY } from '../goldens.js';

const types = fileURLToPath(new URL('../../index.d.ts', import.meta.url));

test('what psyne gen wrote fits the client', () => {
  const directory = mkdtempSync(join(tmpdir(), 'psyne-types-'));
  try {
    copyFileSync(fileURLToPath(new URL('usage.ts', import.meta.url)), join(directory, 'usage.ts'));
    copyFileSync(fileURLToPath(new URL('schema/vision.ts', DIRECTORY)), join(directory, 'vision.ts'));
    const lib = ['es2022', 'dom', 'dom.asynciterable'];
    const compilerOptions = { strict: true, noEmit: true, target: 'es2022', module: 'nodenext', types: [], lib, paths: { psyne: [types] } };
    writeFileSync(join(directory, 'package.json'), '{"type": "module"}');
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['usage.ts'] }));
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', directory], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    assert.fail(error.stdout || error);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('everything that the package exports has a type', () => {
  const text = readFileSync(types, 'utf8');
  for (const name of Object.keys(psyne)) assert.match(text, new RegExp(`export (class|const|function) ${name}\\b|as ${name} \\}`), name);
});
