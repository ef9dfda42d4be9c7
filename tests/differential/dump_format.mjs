// The directory that the dump tool writes: one file per table. Columns are little-endian and indexed by a node's position in
// the snapshot's nodes array. The writer is for the self-test.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const columns = {
  distance: ['i32', Int32Array], dominator: ['u32', Uint32Array], retained: ['u64', BigUint64Array], self: ['u64', BigUint64Array],
  class: ['u32', Uint32Array], detachedness: ['u8', Uint8Array],
};
const jsonFiles = ['meta', 'classes', 'statistics', 'duplicates', 'interfaces'];

function readColumn(path, Type) {
  const bytes = readFileSync(path);
  if (bytes.length % Type.BYTES_PER_ELEMENT) throw new Error(`${path}: ${bytes.length} bytes are no whole number of entries`);
  return new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

// Text must be UTF-8: a lone surrogate is only allowed as an escape.
const readText = path => new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(readFileSync(path));

export function readDump(directory, {withDiff = false} = {}) {
  const tables = {};
  for (const [name, [suffix, Type]] of Object.entries(columns)) tables[name] = readColumn(join(directory, `${name}.${suffix}`), Type);
  for (const name of withDiff ? [...jsonFiles, 'diff'] : jsonFiles) tables[name] = JSON.parse(readText(join(directory, `${name}.json`)));
  const lines = readText(join(directory, 'names.ndjson')).split('\n');
  if (lines.pop() !== '') throw new Error('names.ndjson: the last line has no end');
  tables.names = lines.map(line => JSON.parse(line));
  return tables;
}

export function writeDump(tables, directory) {
  for (const [name, [suffix]] of Object.entries(columns)) writeFileSync(join(directory, `${name}.${suffix}`), tables[name]);
  for (const name of [...jsonFiles, 'diff']) if (tables[name]) writeFileSync(join(directory, `${name}.json`), JSON.stringify(tables[name]));
  writeFileSync(join(directory, 'names.ndjson'), tables.names.map(name => JSON.stringify(name) + '\n').join(''));
}
