// An http server that adds 10 000 listeners to itself for every request, and gets five.
'use strict';
const http = require('http');
const {snapshot, wait, later} = require('../stage.js');

let leaking = false;
const server = http.createServer((request, response) => {
  for (let i = 0; leaking && i < 10000; i++) {
    server.on('request', function leakEventCallback() {});
  }
  response.end('Hello World');
});
server.setMaxListeners(0);

const ask = () => new Promise((resolve, reject) => http.get({port: server.address().port, agent: false}, (response) => {
  response.resume().on('end', resolve);
}).on('error', reject));

server.listen(0, async () => {
  await ask();  // what the first request makes for good is no leak
  await later(() => snapshot('before'));
  leaking = true;
  for (let i = 0; i < 5; i++) await ask();
  leaking = false;
  await later(() => snapshot('after'));
  wait();
});
