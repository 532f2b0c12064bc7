// Draws every named icon of every style as a PNG: node rasterise.mjs NODE_MODULES NAMES OUT
// The rasteriser aborts the process on a few icons, so it runs in children, and a batch that dies is halved until the culprit is alone.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const STYLES = ['twemoji', 'noto', 'noto-v1', 'emojione', 'fluent-emoji-flat', 'fluent-emoji',
  'streamline-emojis', 'fxemoji', 'openmoji'];
const THREE_D = 'fluent-emoji-3d';
const PIXELS = { fxemoji: 256 };
const DEFAULT_PIXELS = 96;
const NOUN_GROUPS = new Set([3, 4, 5, 6, 7]);
const BATCH = 200;

const slugOf = label => label.toLowerCase().replace(/[’'“”.!():,]/g, '').replace(/&/g, 'and')
  .replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
const list = field => (field ?? '').split(',').map(word => word.trim()).filter(Boolean);

function readNames(file) {
  return fs.readFileSync(file, 'utf8').split('\n').filter(line => line && !line.startsWith('#')).map(line => {
    const [name, slugs, fx] = line.split('|').map(part => part.trim());
    return { name, slugs: list(slugs), fx: list(fx) };
  });
}

function iconsOf(modules, style) {
  const set = JSON.parse(fs.readFileSync(path.join(modules, '@iconify-json', style, 'icons.json'), 'utf8'));
  const find = id => set.icons[id] ?? (set.aliases?.[id] ? find(set.aliases[id].parent) : undefined);
  return id => {
    const icon = find(id);
    return icon && { body: icon.body, width: icon.width ?? set.width ?? 16, height: icon.height ?? set.height ?? 16 };
  };
}

function idsFor(style, entry) {
  if (style === 'fxemoji') return entry.fx;
  if (style !== 'streamline-emojis') return entry.slugs;
  return entry.slugs.flatMap(slug => [slug, `${slug}-1`, `${slug}-2`, `${slug}-3`]);
}

function planIcons(modules, names, unknown) {
  const jobs = [];
  for (const style of STYLES) {
    const icon = iconsOf(modules, style);
    const add = (name, known, ids) => ids.forEach((id, variant) => {
      const found = icon(id);
      if (found) jobs.push({ style, name, known, variant, pixels: PIXELS[style] ?? DEFAULT_PIXELS, ...found });
    });
    names.forEach(entry => add(entry.name, true, idsFor(style, entry)));
    unknown.forEach(({ slug }) => add(slug, false, [style === 'fxemoji' ? slug.replaceAll('-', '') : slug]));
  }
  return jobs;
}

function planThreeD(modules, names, unknown, codeOf) {
  const folder = path.join(modules, '@lobehub', THREE_D, 'assets');
  const present = new Set(fs.readdirSync(folder));
  const fileOf = slug => [codeOf.get(slug), `${codeOf.get(slug)}-fe0f`].map(code => `${code}.webp`).find(file => present.has(file));
  const found = [];
  const add = (name, known, slug, variant) => {
    const file = codeOf.has(slug) && fileOf(slug);
    if (file) found.push({ style: THREE_D, name, known, variant, source: path.join(folder, file) });
  };
  names.forEach(entry => entry.slugs.forEach((slug, variant) => add(entry.name, true, slug, variant)));
  unknown.forEach(({ slug }) => add(slug, false, slug, 0));
  return found;
}

const fileName = job => `${job.style}__${job.known ? 'known' : 'unknown'}__${job.name.replaceAll(' ', '_')}__${job.variant}.png`;

function render(jobs, modules, out) {
  const { Resvg } = createRequire(path.join(path.resolve(modules), 'x.js'))('@resvg/resvg-js');
  for (const job of jobs) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" `
      + `viewBox="0 0 ${job.width} ${job.height}">${job.body.replaceAll('currentColor', '#222')}</svg>`;
    const side = job.width >= job.height ? 'width' : 'height';
    const image = new Resvg(svg, { fitTo: { mode: side, value: job.pixels } }).render();
    fs.writeFileSync(path.join(out, fileName(job)), image.asPng());
  }
}

function renderInChildren(jobs, modules, out) {
  const batch = path.join(out, 'batch.json');
  fs.writeFileSync(batch, JSON.stringify(jobs));
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--child', modules, batch, out]);
  if (child.status === 0) return;
  if (jobs.length === 1) {
    console.log(`left out: ${fileName(jobs[0])}`);
    return;
  }
  const middle = jobs.length >> 1;
  renderInChildren(jobs.slice(0, middle), modules, out);
  renderInChildren(jobs.slice(middle), modules, out);
}

function main(modules, namesFile, out) {
  fs.mkdirSync(out, { recursive: true });
  const names = readNames(namesFile);
  const taken = new Set(names.flatMap(entry => entry.slugs));
  const emoji = JSON.parse(fs.readFileSync(path.join(modules, 'emojibase-data', 'en', 'compact.json'), 'utf8'));
  const codeOf = new Map(emoji.map(one => [slugOf(one.label), one.hexcode.toLowerCase()]));
  const unknown = emoji.filter(one => NOUN_GROUPS.has(one.group)).map(one => ({ slug: slugOf(one.label), label: one.label.toLowerCase() }))
    .filter(one => !taken.has(one.slug));
  const jobs = planIcons(modules, names, unknown);
  for (let start = 0; start < jobs.length; start += BATCH) renderInChildren(jobs.slice(start, start + BATCH), modules, out);
  fs.rmSync(path.join(out, 'batch.json'));
  for (const { source, ...job } of planThreeD(modules, names, unknown, codeOf)) {
    fs.copyFileSync(source, path.join(out, fileName(job).replace('.png', '.webp')));
  }
  fs.writeFileSync(path.join(out, 'unknown.json'), JSON.stringify(unknown.map(one => one.slug)));
}

if (process.argv[2] === '--child') render(JSON.parse(fs.readFileSync(process.argv[4], 'utf8')), process.argv[3], process.argv[5]);
else main(...process.argv.slice(2));
