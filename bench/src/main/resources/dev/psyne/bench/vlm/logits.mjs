// usage: node logits.mjs BINARIES MODEL PROMPTS OUT SETTING...   SETTING is name:flash:cache:threads:rows
// BINARIES is a folder like the bins of @node-llama-cpp/linux-x64, or "default"; PROMPTS a file of JSON, [[token, ...], ...].
// Writes OUT/<name>: for each token of each prompt the logits of all tokens, floats, little endian.
import {register} from 'node:module';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const [, , binaries, model, prompts, out, ...settings] = process.argv;
if (binaries !== 'default') {
  const version = JSON.parse(readFileSync('node_modules/node-llama-cpp/package.json', 'utf8')).version;
  const bins = `export const getBinsDir = () => (${JSON.stringify({binsDir: binaries, packageVersion: version})})`;
  const hook = `export const resolve = (name, context, next) => name === '@node-llama-cpp/linux-x64'
    ? {url: ${JSON.stringify('data:text/javascript,' + encodeURIComponent(bins))}, shortCircuit: true}
    : next(name, context)`;
  register('data:text/javascript,' + encodeURIComponent(hook));
}
const {getLlama} = await import('node-llama-cpp');
const llama = await getLlama({gpu: false, build: 'never', logLevel: 'error'});
const loaded = await llama.loadModel({modelPath: model, gpuLayers: 0});
const asked = {generateNext: {logits: true}};
for (const setting of settings) {
  const [name, flash, cache, threads, rows] = setting.split(':');
  const context = await loaded.createContext({
    contextSize: 512, batchSize: 512, sequences: 1, threads: +threads, flashAttention: flash === 'flash',
    experimentalKvCacheKeyType: cache, experimentalKvCacheValueType: cache
  });
  const sequence = context.getSequence();
  const chunks = [];
  for (const prompt of JSON.parse(readFileSync(prompts, 'utf8'))) {
    await sequence.clearHistory();
    for (let first = 0; first < prompt.length; first += +rows) {
      const part = prompt.slice(first, first + +rows);
      for (const {next} of await sequence.controlledEvaluate(part.map(token => [token, asked]))) {
        const row = new Float32Array(next.logits.size);
        next.logits.forEach((logit, token) => { row[token] = logit; });
        chunks.push(Buffer.from(row.buffer));
      }
    }
  }
  writeFileSync(join(out, name), Buffer.concat(chunks));
  await context.dispose();
}
console.log(llama.systemInfo);
process.exit(0);
