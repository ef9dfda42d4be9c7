// A Koa-like application whose middleware hangs a large array on each request's context; responses that never end keep the
// contexts alive.
'use strict';
const http = require('http');
const {snapshot, wait, later} = require('../stage.js');

class Context {
  constructor(app, request) {
    this.app = app;
    this.request = request;
    this.data = null;
  }
}

class Application {
  constructor() {
    this.middleware = [];
    this.pending = new Set();
  }

  use(middleware) {
    this.middleware.push(middleware);
    return this;
  }

  // Runs the middleware one inside the other, as Koa does; resolves when the response is done.
  handle(request) {
    const ctx = new Context(this, request);
    const run = (i) => Promise.resolve(this.middleware[i] && this.middleware[i](ctx, () => run(i + 1)));
    const response = run(0);
    this.pending.add(response);
    return response.then(() => this.pending.delete(response));
  }
}

const app = new Application()
  .use(async (ctx, next) => {
    ctx.data = Array.from(Array(1000)).map(() => 10086);
    await next();
    ctx.request.done = true;  // never reached: the response below does not end
  })
  .use(() => new Promise(function neverEnds() {}));

const server = http.createServer((request) => app.handle({url: request.url}));
const load = (requests) => {
  for (let i = 0; i < requests; i++) server.emit('request', {url: `/${i}`});
};

server.listen(0, async () => {
  load(10);
  await later(() => snapshot('before'));
  load(500);
  await later(() => snapshot('after'));
  wait();
});
