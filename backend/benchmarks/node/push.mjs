// Node's web-push, as many at once as ours, over kept connections: `node push.mjs ORIGIN KEYS`.
// A line with a number on standard input is answered by the seconds that so many pushes took, and
// by the microseconds of processor.
import http from 'node:http';
import readline from 'node:readline';
import webpush from 'web-push';

const { subscription, payload, vapid, atOnce, ttl } = JSON.parse(process.argv[2]);
// It asks over https alone; the agent's connections go to the sink on loopback instead.
const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
const options = { vapidDetails: vapid, TTL: ttl, urgency: 'normal', contentEncoding: 'aes128gcm' };
const { hostname, port } = new URL(subscription.endpoint);

function push() {
  const made = webpush.generateRequestDetails(subscription, payload, options);
  const path = new URL(made.endpoint).pathname;
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, path, method: made.method, headers: made.headers, agent },
      (answer) => {
        answer.resume();
        answer.on('end', () => (answer.statusCode === 201 ? resolve() : reject(answer.statusCode)));
      },
    );
    request.on('error', reject);
    request.end(made.body);
  });
}

async function share(count, number) {
  for (let n = number; n < count; n += atOnce) await push();
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const count = Number(line);
  const began = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: atOnce }, (_, number) => share(count, number)));
  const { user, system } = process.cpuUsage(before);
  console.log((performance.now() - began) / 1000, user + system);
}
process.exit(0);
