'use strict';
// Fills the heap like a long-running service would, then writes a heap snapshot of itself.
//
//   node --max-old-space-size=16000 generate.js OUT small|medium|large|ACCOUNTS
//
// The heap is a shop: shards of accounts with orders, sessions, caches and indexes. It is seeded: the same Node gives
// nearly the same file each time. References mostly go to recent neighbours, as in real programs: a heap linked at
// random would overstate cache misses, one built of equal islands would understate them.

const fs = require('fs');
const v8 = require('v8');
const { EventEmitter } = require('events');

const SIZES = { small: 3700, medium: 37000, large: 296000 };
const SHARD_ACCOUNTS = 2000;

// xorshift32. The result stays within 31 bits: beyond, it depends on when V8 optimizes this whether it is a small integer or
// a heap number, and the node count with it.
let seed = 0x2545f491;
function random(limit) {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 1) % limit;
}
const chance = (percent) => random(100) < percent;
const pick = (list) => list[random(list.length)];
const word = () => (random(0x7fffffff) + 0x10000000).toString(36);

const CITIES = ['Lisbon', 'Oslo', 'Łódź', 'Graz', 'Nantes', 'Cork', 'Malmö', 'Turin', 'Ghent', '京都'];
const STATUSES = ['new', 'paid', 'packed', 'shipped', 'returned'];
const TAGS = ['vip', 'newsletter', 'wholesale', 'blocked', 'beta', 'staff', 'partner'];

class Entity {
  #revision = random(100);
  constructor(id) {
    this.id = id;
    this.createdAt = 1.6e12 + random(1e9) + 0.5;
  }
  get revision() { return this.#revision; }
}

class Product extends Entity {
  constructor(id) {
    super(id);
    this.sku = `SKU-${word()}`;
    this.price = random(100000) / 100;
    this.pattern = new RegExp(`^${this.sku.slice(0, 6)}`);
  }
}

class Order extends Entity {
  constructor(id, account, products) {
    super(id);
    this.account = account;
    this.status = pick(STATUSES);
    this.total = random(1000000) / 100;
    this.lines = [];
    for (let n = 1 + random(4); n > 0; n--) {
      const line = { product: pick(products), quantity: 1 + random(9), price: random(10000) / 100 };
      if (chance(20)) line.discount = { code: word(), percent: random(50) };
      this.lines.push(line);
    }
  }
}

class Account extends Entity {
  constructor(id, products) {
    super(id);
    this.name = word() + word();
    // Left as a cons string: nothing reads it.
    this.greeting = 'Dear customer ' + this.name + ', welcome back';
    this.address = { street: `${random(400)} ${word()} street`, city: pick(CITIES), zip: String(10000 + random(80000)) };
    this.tags = TAGS.filter(() => chance(25));
    this.orders = [];
    for (let n = random(5); n > 0; n--) this.orders.push(new Order(id * 10 + n, this, products));
    this.settings = settings(id);
    this.log = Array.from({ length: random(23) }, () => `${pick(STATUSES)} ${word()}`);
    this.friends = new Set();
    this.previous = null;
  }
}

// Several shapes of plain object, some of them rare.
function settings(id) {
  switch (random(6)) {
    case 0: return { theme: 'dark', language: 'en' };
    case 1: return { theme: 'light', language: 'pt', limits: { daily: random(500), monthly: 5000.5 + random(500) } };
    case 2: return { language: 'pl', history: Array.from({ length: random(6) }, (_, i) => ({ at: id + i, page: `/p/${word()}` })) };
    case 3: return new Map([['theme', 'auto'], ['token', word()], ['nested', { depth: 1, child: { depth: 2, leaf: word() } }]]);
    case 4: return { [`flag_${id % 300}`]: true, owner: null, amount: BigInt(id) << 70n };
    default: return undefined;
  }
}

// Three closures over one context, which itself sits in an outer one.
function makeSessions(shard) {
  const opened = [];
  return function open(account) {
    const data = { account, token: `${word()}${word()}`, seen: 0.5 + opened.length };
    let hits = 0;
    const session = {
      touch() { hits++; data.seen += hits; },
      close() { opened.splice(opened.indexOf(session), 1); },
      describe: () => `${shard.name}: ${data.token} ${hits}`,
    };
    opened.push(session);
    return session;
  };
}

class TreeNode {
  constructor(key, value) {
    this.key = key;
    this.value = value;
    this.left = null;
    this.right = null;
  }
}

function insert(root, node) {
  for (let at = root; ;) {
    const side = node.key < at.key ? 'left' : 'right';
    if (at[side] === null) {
      at[side] = node;
      return;
    }
    at = at[side];
  }
}

function* statements(account) {
  for (const order of account.orders) yield order.total;
}

class Shard extends EventEmitter {
  constructor(name) {
    super();
    this.name = name;
    this.accounts = [];
    this.byId = new Map();
    this.byEmail = Object.create(null); // soon in dictionary mode
    this.tree = new TreeNode('m', null);
    this.details = new WeakMap();
    this.weak = [];
    this.pending = [];
    this.blobs = [];
    this.newest = null; // head of a list through all accounts: deep paths
    this.open = makeSessions(this);
    this.setMaxListeners(0);
  }

  add(account) {
    const { accounts } = this;
    account.previous = this.newest;
    this.newest = account;
    this.byId.set(account.id, account);
    this.byEmail[`${account.name}@example.org`] = account;
    insert(this.tree, new TreeNode(account.name, account));
    for (let n = random(5); n > 0 && accounts.length > 0; n--) {
      account.friends.add(accounts[Math.max(0, accounts.length - 1 - random(50))]);
    }
    if (accounts.length > 0 && chance(10)) account.friends.add(pick(pick(shards).accounts));
    if (chance(40)) account.session = this.open(account);
    if (chance(20)) this.details.set(account, { score: random(1000) / 7, notes: [word(), word()] });
    if (chance(5)) this.weak.push(new WeakRef(account));
    if (chance(5)) this.on('tick', () => account.orders.length);
    if (chance(5)) this.pending.push(new Promise(() => {}).then(() => account.id));
    if (chance(5)) account.cursor = statements(account);
    if (account.cursor) account.cursor.next();
    if (chance(10)) account.avatar = Buffer.from(word());
    if (chance(3)) this.blobs.push(new Uint8Array(200 + random(2000)));
    if (chance(5)) account.samples = Float64Array.from({ length: 8 }, Math.random);
    if (chance(10)) account.excerpt = account.address.street.repeat(3).slice(2, 40);
    accounts.push(account);
  }
}

const shards = [];

function fill(count) {
  const products = Array.from({ length: 500 + (count >> 5) }, (_, i) => new Product(i));
  for (let id = 0; id < count; id++) {
    if (id % SHARD_ACCOUNTS === 0) {
      shards.push(new Shard(`shard ${shards.length}`));
      shards.at(-1).add(new Account(-id - 1, products));
    }
    shards.at(-1).add(new Account(id, products));
  }
}

const [out, size] = process.argv.slice(2);
const accounts = SIZES[size] ?? Number(size);
if (!out || !(accounts > 0)) {
  console.error('usage: node generate.js OUT small|medium|large|ACCOUNTS');
  process.exit(2);
}
fill(accounts);
globalThis.shop = { shards };
// Complete or absent: a half-written file under the final name would be measured by mistake.
v8.writeHeapSnapshot(`${out}.tmp`);
fs.renameSync(`${out}.tmp`, out);
