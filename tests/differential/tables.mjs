// What DevTools says about a snapshot, as the tables that a dump holds (see dump_format.mjs).

// A class key as the front end sees it. It is the class's name, and for an object whose constructor has a place in a script,
// that place too.
function publicKey(node) {
  const key = node.classKeyInternal();
  return typeof key === 'number' ? ',' + node.className() : key;
}

// DevTools groups nodes by internal key and then renames the groups; where two get one name, the later replaces the earlier.
// Such a class has no right answer to compare with but its sum. Returns the sums of these classes by public key.
function collidingClasses(snapshot) {
  const sums = new Map();
  for (const node of nodes(snapshot)) {
    if (!node.selfSize()) continue;
    const key = publicKey(node);
    const sum = sums.get(key) ?? {keys: new Set(), count: 0, self: 0};
    sum.keys.add(node.classKeyInternal());
    sum.count++;
    sum.self += node.selfSize();
    sums.set(key, sum);
  }
  return new Map([...sums].filter(([, sum]) => sum.keys.size > 1));
}

// Every node in file order, through one reused cursor.
function* nodes(snapshot) {
  const node = snapshot.createNode(0);
  for (let ordinal = 0; ordinal < snapshot.nodeCount; ordinal++) {
    node.nodeIndex = ordinal * snapshot.nodeFieldCount;
    yield node;
  }
}

function classTable(snapshot) {
  const collisions = collidingClasses(snapshot);
  const classes = [];
  for (const [key, {name, count, self, maxRet, distance}] of Object.entries(snapshot.getAggregatesByClassKey(false, 'allObjects'))) {
    const sum = collisions.get(key);
    // null: nothing to compare with.
    classes.push(sum ? {key, name, count: sum.count, self: sum.self, retained: null, distance: null} :
                       {key, name, count, self, retained: maxRet, distance});
  }
  return {classes, collisions: [...collisions.keys()]};
}

function statistics(snapshot) {
  const {total, native, v8heap} = snapshot.getStatistics();
  return {
    total, native_total: native.total, typed_arrays: native.typedArrays, v8heap_total: v8heap.total, code: v8heap.code,
    js_arrays: v8heap.jsArrays, strings: v8heap.strings, system: v8heap.system,
  };
}

// Of texts that may be cut without a mark, DevTools compares the beginnings alone; nodeheap also asks for equal sizes.
function duplicates(snapshot) {
  const rows = [];
  for (const {value, truncated, nodes} of snapshot.getDuplicateStrings()) {
    const parts = new Map();
    for (const node of nodes) {
      const part = value.length < 1024 || truncated ? '' : node.selfSize;
      const row = parts.get(part) ?? {value, count: 0, self: 0, retained: 0, truncated};
      row.count++;
      row.self += node.selfSize;
      row.retained += node.retainedSize;
      parts.set(part, row);
    }
    rows.push(...[...parts.values()].filter(({count}) => count > 1));
  }
  return rows;
}

// All tables of `snapshot`, but for the comparison with a base.
export function devtoolsTables(snapshot) {
  const count = snapshot.nodeCount;
  const {classes, collisions} = classTable(snapshot);
  const indexOfKey = new Map(classes.map(({key}, i) => [key, i]));
  const tables = {
    meta: {node_count: count, edge_count: snapshot.containmentEdges.length / snapshot.edgeFieldsCount, total_size: snapshot.totalSize},
    distance: new Int32Array(count), dominator: new Uint32Array(count), retained: new BigUint64Array(count),
    self: new BigUint64Array(count), class: new Uint32Array(count), detachedness: new Uint8Array(count),
    ids: new Float64Array(count), names: [], classes, collisions, statistics: statistics(snapshot),
    interfaces: JSON.parse(snapshot.interfaceDefinitions()).map(({name, properties}) => ({name, properties})),
    duplicates: duplicates(snapshot),
  };
  let i = 0;
  for (const node of nodes(snapshot)) {
    const key = publicKey(node);
    // A class all of whose nodes have size 0 is no row of DevTools' summary, but a name all the same.
    if (!indexOfKey.has(key)) {
      indexOfKey.set(key, classes.length);
      classes.push({key, name: node.className(), count: 0, self: 0, retained: 0, distance: 0});
    }
    tables.class[i] = indexOfKey.get(key);
    tables.distance[i] = node.distance();
    tables.dominator[i] = node.dominatorIndex() / snapshot.nodeFieldCount;
    tables.retained[i] = BigInt(node.retainedSize());
    tables.self[i] = BigInt(node.selfSize());
    tables.detachedness[i] = node.detachedness();
    tables.ids[i] = node.id();
    tables.names.push(node.name());
    i++;
  }
  return tables;
}

// DevTools' Comparison view of `base` and `current`: {key: {name, added_count, …}}. Changes `base`'s classes.
// A class that only the base has gets its name from its key: DevTools takes it from the base's own classes instead, after it
// has put these back, which is the wrong name for a plain object.
export function devtoolsDiff(base, current) {
  const definitions = current.interfaceDefinitions();
  const currentKeys = current.getAggregatesByClassKey(false, 'allObjects');
  const diff = {};
  for (const [key, row] of Object.entries(current.calculateSnapshotDiff(1, base.aggregatesForDiff(definitions)))) {
    diff[key] = {
      name: key in currentKeys ? row.name : key.replace(/^(\d+,\d+,\d+)?,/, ''),
      added_count: row.addedCount, removed_count: row.removedCount, added_size: row.addedSize, removed_size: row.removedSize,
    };
  }
  base.applyInterfaceDefinitions(JSON.parse(definitions));
  const collisions = [...new Set([...collidingClasses(base).keys(), ...collidingClasses(current).keys()])];
  return {diff, collisions};
}
