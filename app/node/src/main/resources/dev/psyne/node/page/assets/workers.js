// The page of the workers: a row for each, and the lengths of their jobs, from the stream of node.workers.

import { count, nanoseconds, percent } from './figures.js';
import { follow, tell } from './live.js';

const NO_WORKERS = 'This node runs its jobs on virtual threads of the JDK, whose carriers tell nothing. Start it with --add-opens java.base/java.lang=ALL-UNNAMED to see its workers.';

const find = id => document.getElementById(id);
const rows = new Map();
let totals = [];

follow('node.workers', {}, { begin: () => { totals = []; }, show });

function show({ workers, lengths }) {
  tell(workers.length === 0 ? NO_WORKERS : '');
  for (const worker of workers) showWorker(worker);
  totals = lengths.map((jobs, i) => jobs + (totals[i] ?? 0));
  showLengths();
}

function showWorker(worker) {
  const row = rows.get(worker.name) ?? addRow(worker.name);
  row.toggleAttribute('data-asleep', worker.asleep && worker.jobs === 0);
  row.querySelector('[data-share]').setAttribute('width', (100 * worker.busy).toFixed(1));
  for (const cell of row.querySelectorAll('[data-figure]')) {
    const name = cell.dataset.figure;
    cell.textContent = name === 'busy' ? percent(worker.busy) : count(worker[name]);
  }
  row.querySelector('[data-figure="pins"]').toggleAttribute('data-some', worker.pins > 0);
}

function addRow(name) {
  const row = find('worker').content.firstElementChild.cloneNode(true);
  row.querySelector('th').textContent = name;
  find('workers').tBodies[0].append(row);
  rows.set(name, row);
  return row;
}

/** A row for each length from the shortest that occurred to the longest. */
function showLengths() {
  const list = find('lengths');
  const first = totals.findIndex(jobs => jobs > 0);
  const last = totals.findLastIndex(jobs => jobs > 0);
  const most = Math.max(...totals, 1);
  const needed = first < 0 ? 0 : last - first + 1;
  while (list.children.length > needed) list.lastElementChild.remove();
  while (list.children.length < needed) list.append(find('length').content.cloneNode(true));
  for (let i = 0; i < needed; i++) {
    const row = list.children[i];
    row.querySelector('.length').textContent = `${nanoseconds(2 ** (first + i))} to ${nanoseconds(2 ** (first + i + 1))}`;
    row.querySelector('[data-share]').setAttribute('width', ((100 * totals[first + i]) / most).toFixed(1));
    row.querySelector('.jobs').textContent = count(totals[first + i]);
  }
}
