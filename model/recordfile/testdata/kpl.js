// npm install aws-kinesis-agg@4.2.8 && node make.js > kpl.json
const { aggregate } = require('aws-kinesis-agg/lib/kpl-agg.js');
const sets = {
  'two keys': [['a', 10], ['b', 20], ['a', 30]],
  'explicit hash keys': [['a', 5, '170141183460469231731687303715884105728'], ['b', 6, '340282366920938463463374607431768211455'], ['c', 7], ['a', 8, '170141183460469231731687303715884105728']],
  'one record': [['only', 100]],
  'no payload': [['a', 0], ['b', 1]],
  'Unicode': [['Zürich', 3], ['東京', 4], ['🎈', 5]],
  'many': Array.from({ length: 300 }, (_, i) => ['user-' + (i % 17), 1 + (i * 7) % 140]),
};
const out = [];
(async () => {
  for (const [name, set] of Object.entries(sets)) {
    const records = set.map(([partitionKey, size, explicitHashKey]) => ({ partitionKey, explicitHashKey, data: Buffer.alloc(size, 'secret') }));
    await new Promise((resolve, reject) => aggregate(records, (encoded, done) => {
      out.push({ name, partition_key: encoded.partitionKey, data: encoded.data.toString('base64'),
        records: set.map(([key, size, hash]) => hash ? { key, size, hash } : { key, size }) });
      if (done) done();
    }, () => resolve(), (e) => reject(e)));
  }
  console.log('[\n' + out.map((o) => JSON.stringify(o)).join(',\n') + '\n]');
})();
