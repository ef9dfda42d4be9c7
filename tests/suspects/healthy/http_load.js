// An http server with routes, sessions that end and a bounded cache, idle after 3 000 requests.
'use strict';
const crypto = require('crypto');
const http = require('http');
const {snapshot, wait, later} = require('../stage.js');

const kCached = 40;
const cache = new Map();
const sessions = new Map();

class Session {
  constructor(id) {
    this.id = id;
    this.seen = [];
  }
}

function page(path) {
  if (!cache.has(path)) cache.set(path, crypto.createHash('sha256').update(path).digest('hex').repeat(100));
  if (cache.size > kCached) cache.delete(cache.keys().next().value);
  return cache.get(path);
}

const server = http.createServer((request, response) => {
  const id = `${request.socket.remotePort}`;
  const session = sessions.get(id) || new Session(id);
  sessions.set(id, session);
  session.seen.push(request.url);
  response.on('finish', () => sessions.delete(id));
  response.end(page(request.url));
});

const agent = new http.Agent({keepAlive: true, maxSockets: 8});
const ask = (path) => new Promise((resolve, reject) => http.get({port: server.address().port, agent, path}, (response) => {
  response.resume().on('end', resolve);
}).on('error', reject));

server.listen(0, async () => {
  for (let i = 0; i < 3000; i += 8) await Promise.all(Array.from({length: 8}, (_, j) => ask(`/page/${(i + j) % 500}`)));
  agent.destroy();
  await later(() => snapshot('after'));
  wait();
});
