// A table with words and gaps
import { init } from 'wasmgrad';
import { table } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { crossEntropy } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';

await init();
const members = table(
  `age;city;since;income;member
41;Oslo;2019-03-01;52,5;yes
?;Rome;2021-11-15;31,0;no
28;Oslo;;44,2;yes
35;Bern;2020-06-30;NA;no
52;Rome;2018-01-09;61,3;yes
23;Rome;2022-08-21;28,9;no`,
  { label: 'member' },
);
for (const { name, role, gaps } of members.columns) console.log(name, role, gaps);

const { train, test, preprocessing } = members.split({ testFraction: 1 / 3, stratified: true, seed: 1 });
const model = sequential({ inputShape: preprocessing.inputShape, seed: 1 }, [
  dense({ units: 8, activation: 'relu' }),
  dense({ units: 2, activation: 'softmax' }),
]);
await model.fit(train, { loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), epochs: 100 });
console.log(model.evaluate(test, { loss: crossEntropy(), metrics: ['accuracy'] }));
const rows = [{ age: 41, city: 'Oslo', since: '2020-01-01', income: 50 }, { city: 'Lima' }];
console.log(preprocessing.decode(model.predict(preprocessing.encode(rows))));
