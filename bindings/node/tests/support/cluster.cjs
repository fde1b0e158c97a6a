// A cluster of two workers, all of which make calls at the address that it is given.

const { fork } = require("node:child_process");
const cluster = require("node:cluster");
const { Client } = require("libverigator");

const client = new Client("demo", "demo-password", { baseUrl: process.env.ADDRESS });
const answers = Promise.all(Array.from({ length: 20 }, () => client.getService("s1")));
const counted = (worker) => new Promise((resolve) => worker.on("message", resolve));

if (process.send === undefined) {
  const workers = [cluster.fork(), cluster.fork(), fork(__filename)];
  Promise.all([answers, ...workers.map(counted)]).then(([mine, ...theirs]) => console.log(mine.length, ...theirs));
} else {
  answers.then(({ length }) => process.send(length, () => process.disconnect()));
}
