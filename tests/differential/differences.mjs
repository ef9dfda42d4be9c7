// Finds where a dump differs from DevTools' tables. The result is a list of kinds, each with its total and its first ten.

const kShown = 10;

class Differences {
  #kinds = new Map();

  add(kind, where, want, got) {
    const entry = this.#kinds.get(kind) ?? {kind, total: 0, first: []};
    this.#kinds.set(kind, entry);
    if (entry.total++ < kShown) entry.first.push(`${where}: DevTools ${show(want)}, nodeheap ${show(got)}`);
  }

  list() {
    return [...this.#kinds.values()];
  }
}

// Values are printed escaped: names come from a heap.
function show(value) {
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value) ?? 'nothing';
  const safe = text.replace(/[^\x20-\x7e]/g, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
  return safe.length > 200 ? safe.slice(0, 200) + '…' : safe;
}

// Compares two objects field by field; a null in `want` means that there is nothing to compare with.
function compareFields(found, kind, where, want, got) {
  for (const field of Object.keys(want)) {
    if (want[field] !== null && want[field] !== got?.[field]) found.add(`${kind}.${field}`, where, want[field], got?.[field]);
  }
}

// Compares rows by key, whatever their order.
function compareKeyed(found, kind, want, got) {
  for (const [key, row] of want) {
    if (got.has(key)) compareFields(found, kind, show(key), row, got.get(key));
    else found.add(`${kind} missing`, show(key), row, undefined);
  }
  for (const [key, row] of got) if (!want.has(key)) found.add(`${kind} too many`, show(key), undefined, row);
}

function compareColumns(found, want, got, {withClasses}) {
  const count = want.meta.node_count;
  const where = i => `node ${i} @${want.ids[i]} ${show(want.names[i])}`;
  const column = (kind, wantAt, gotAt, gotLength) => {
    if (gotLength !== count) return found.add(`${kind} entries`, 'all nodes', count, gotLength);
    for (let i = 0; i < count; i++) {
      if (wantAt(i) !== gotAt(i)) found.add(kind, where(i), wantAt(i), gotAt(i));
    }
  };
  for (const name of ['distance', 'dominator', 'retained', 'self', 'detachedness']) {
    column(name, i => want[name][i], i => got[name][i], got[name].length);
  }
  column('name', i => want.names[i], i => got.names[i], got.names.length);
  if (!withClasses) return;
  for (const field of ['key', 'name']) {
    column(`class ${field}`, i => want.classes[want.class[i]][field], i => got.classes[got.class[i]]?.[field], got.class.length);
  }
}

function compareClasses(found, want, got) {
  const used = classes => new Map(classes.filter(row => row.count > 0).map(row => [row.key, row]));
  const gotRows = got.filter(row => row.count > 0);
  if (used(got).size !== gotRows.length) found.add('class keys', 'repeated keys', 0, gotRows.length - used(got).size);
  compareKeyed(found, 'class', used(want), used(got));
}

// Groups have no name of their own (two truncated strings may look alike), so equal rows are counted.
function compareDuplicates(found, want, got) {
  const counts = new Map();
  const keyOf = ({value, count, self, retained, truncated}) => JSON.stringify([value, count, self, retained, truncated]);
  for (const row of want) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  for (const row of got) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) - 1);
  for (const [key, balance] of counts) {
    if (balance > 0) found.add('duplicated strings missing', `${balance} time(s)`, JSON.parse(key), undefined);
    if (balance < 0) found.add('duplicated strings too many', `${-balance} time(s)`, undefined, JSON.parse(key));
  }
}

function compareInterfaces(found, want, got) {
  for (let i = 0; i < Math.max(want.length, got.length); i++) {
    const [wanted, given] = [want[i], got[i]].map(row => row && JSON.stringify([row.name, row.properties]));
    if (wanted !== given) found.add('interface', `definition ${i}`, want[i], got[i]);
  }
}

function compareDiff(found, want, got, collisions) {
  const rows = diff => new Map(Object.entries(diff).filter(([key]) => !collisions.includes(key)));
  compareKeyed(found, 'comparison', rows(want), rows(got));
}

// `want` is of DevTools, with `diff` and `diffCollisions` when there is a base; `got` is of the dump.
export function findDifferences(want, got) {
  const found = new Differences();
  compareFields(found, 'meta', 'file', want.meta, got.meta);
  compareColumns(found, want, got, {withClasses: true});
  compareClasses(found, want.classes, got.classes);
  compareFields(found, 'statistics', 'file', want.statistics, got.statistics);
  compareDuplicates(found, want.duplicates, got.duplicates);
  compareInterfaces(found, want.interfaces, got.interfaces);
  if (want.diff) compareDiff(found, want.diff, got.diff, want.diffCollisions);
  return found.list();
}

// Of a core, `got`, and its export. Classes differ: from a core, nodeheap tells prototypes from the objects that inherit from them.
export function findNodeDifferences(want, got) {
  const found = new Differences();
  compareFields(found, 'core meta', 'file', want.meta, got.meta);
  compareColumns(found, want, got, {withClasses: false});
  return found.list();
}
