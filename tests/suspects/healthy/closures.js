// Captured variables that look as if nobody could read them, each of which somebody can.
'use strict';
const {snapshot, wait, later} = require('../stage.js');

const never = new Promise(() => {});
const large = (what) => new Array(40000).fill(what);

const readers = {
  byFunctionNotYetThere() {
    const data = large('inner');
    return () => () => data.length;
  },
  byInnerContext() {
    const data = large('block');
    const outer = () => 0;
    return [outer, ((more) => () => [more, () => data])(1)];
  },
  byEval() {
    const data = large('eval');
    return [(code) => eval(code), () => data.length].slice(0, 1);
  },
  byEscapedName() {
    const data = large('escape');
    return [() => d\u0061ta.length, () => 0];
  },
  byFieldOfClass() {
    const data = large('field');
    return class Live {
      field = data.length;
    };
  },
  byStaticMethod() {
    const data = large('method');
    return class {
      static method() {
        return data;
      }
    };
  },
  byArguments() {
    return (new Function('data', 'const read = () => data; return [arguments, () => read].slice(0, 1)'))(large('arguments'));
  },
  byGenerator() {
    const generator = (function* () {
      const data = large('generator');
      const sibling = () => 0;
      yield [sibling, () => data];
      yield data.length;
    })();
    return [generator.next().value[0], generator];
  },
  byAsyncFunction() {
    const data = large('async');
    const sibling = () => 0;
    const done = (async () => {
      await never;
      return data;
    })();
    return [sibling, done];
  },
  byDefault() {
    const data = large('default');
    return [() => 0, (value = data) => value];
  },
  byÜmlaut() {
    const größe = large('größe');
    return [() => 0, () => größe];
  },
};

exports.never = never;
exports.kept = Object.values(readers).map((make) => make());
later(() => later(() => snapshot('after'))).then(wait);
