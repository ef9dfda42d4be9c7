// An http server that logs every request in an array of its module: 2 682 requests, then as many again.
'use strict';
const http = require('http');
const {snapshot, wait, later} = require('../stage.js');

const requestLogs = [];
const server = http.createServer((request, response) => {
  requestLogs.push({url: request.url, date: new Date()});
  response.end(JSON.stringify(requestLogs.length));
});

const agent = new http.Agent({keepAlive: true, maxSockets: 4});
const ask = (path) => new Promise((resolve, reject) => http.get({port: server.address().port, agent, path}, (response) => {
  response.resume().on('end', resolve);
}).on('error', reject));

let asked = 0;
async function load(requests) {
  for (let i = 0; i < requests; i += 6) await Promise.all(Array.from({length: 6}, () => ask(`/page/${asked++}`)));
}

server.listen(0, async () => {
  await load(2682);
  await later(() => snapshot('before'));
  await load(2682);
  await later(() => snapshot('after'));
  agent.destroy();
  wait();
});
