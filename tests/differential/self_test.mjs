// Proves that the comparison can fail: writes DevTools' tables as a dump, which must be equal, then alters one datum of each
// kind, which must be found, and under its own name.
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {findDifferences} from './differences.mjs';
import {readDump, writeDump} from './dump_format.mjs';

const middle = list => list.length >> 1;
const bump = list => { list[middle(list)]++; };
const firstUsed = classes => classes.find(row => row.count > 0 && row.retained !== null);
const anyChange = {name: 'x', added_count: 1, removed_count: 0, added_size: 8, removed_size: 0};

// [kind of difference to be found, how to alter the dump]
const alterations = [
  ['meta.node_count', t => { t.meta.node_count++; }],
  ['meta.total_size', t => { t.meta.total_size += 8; }],
  ['distance', t => bump(t.distance)],
  ['dominator', t => bump(t.dominator)],
  ['retained', t => bump(t.retained)],
  ['self', t => bump(t.self)],
  ['detachedness', t => bump(t.detachedness)],
  ['distance entries', t => { t.distance = t.distance.slice(1); }],
  ['name', t => { t.names[middle(t.names)] += '\ud800'; }],
  ['class key', t => { t.class[middle(t.class)] = t.classes.push({key: ',Other', name: 'Other', count: 0}) - 1; }],
  ['class name', t => { t.classes[t.class[middle(t.class)]].name = 'Other'; }],
  ['class.count', t => { firstUsed(t.classes).count++; }],
  ['class.self', t => { firstUsed(t.classes).self++; }],
  ['class.retained', t => { firstUsed(t.classes).retained++; }],
  ['class.distance', t => { firstUsed(t.classes).distance++; }],
  ['class missing', t => { firstUsed(t.classes).count = 0; }],
  ['class too many', t => { t.classes.push({key: ',Other', name: 'Other', count: 1}); }],
  ['class keys', t => { t.classes.push(firstUsed(t.classes)); }],
  ['statistics.system', t => { t.statistics.system++; }],
  ['duplicated strings missing', t => { t.duplicates.pop(); }],
  ['duplicated strings too many', t => { t.duplicates.push(t.duplicates[0]); }],
  ['interface', t => { t.interfaces.reverse(); }],
  ['comparison too many', t => { t.diff[',Other'] = anyChange; }],
];

function differencesOfDump(tables, scratch, alter = () => {}) {
  const directory = join(scratch, 'self_test');
  mkdirSync(directory);
  try {
    const altered = structuredClone(tables);
    alter(altered);
    writeDump(altered, directory);
    return findDifferences(tables, readDump(directory, {withDiff: true})).map(({kind}) => kind);
  } finally {
    rmSync(directory, {recursive: true});
  }
}

// `tables` must have a comparison. Returns whether every alteration was found.
export function selfTest(label, tables, scratch) {
  const wrong = [];
  const untouched = differencesOfDump(tables, scratch);
  if (untouched.length) wrong.push(`an unaltered dump differs: ${untouched}`);
  for (const [kind, alter] of alterations) {
    const kinds = differencesOfDump(tables, scratch, alter);
    if (!kinds.includes(kind)) wrong.push(`an altered "${kind}" was not found (but: ${kinds})`);
  }
  for (const line of wrong) console.log(`  ${line}`);
  console.log(`${label}: ${alterations.length} alterations: ${wrong.length ? `${wrong.length} not found` : 'all found'}`);
  return wrong.length === 0;
}
