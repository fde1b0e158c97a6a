// A verification as a team writes it that hosts one itself: Express over PostgreSQL, a process for each core.

import cluster from 'node:cluster';
import { timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';

import express from 'express';
import pg from 'pg';

const LIFETIME_MS = 300_000;
const MOST_CHECKS = 5;

// Numbers of 64 bits that fit into a number of JavaScript's.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Whether two texts are equal, without telling where they differ. */
function equal(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Says whether it is the PIN that this user was sent, in a transaction that is under way; null if none was. */
async function judge(client, service, user, token) {
  const now = Date.now();
  const { rows } = await client.query({
    name: 'pending',
    text: `SELECT pin, challenges.ctime, checks FROM users JOIN challenges ON user_id = users.id
           WHERE users.id = $1 AND service_id = $2 AND method = 'sms' AND spent = 0 FOR UPDATE`,
    values: [user, service],
  });
  if (rows.length === 0) return null;
  const [{ pin, ctime, checks }] = rows;
  const verified = now - ctime < LIFETIME_MS && checks < MOST_CHECKS && equal(pin, token);
  await client.query({
    name: verified ? 'spend' : 'count',
    text: `UPDATE challenges SET ${verified ? 'spent = 1, pin = NULL' : 'checks = checks + 1'}
           WHERE user_id = $1 AND method = 'sms'`,
    values: [user],
  });
  await client.query({
    name: verified ? 'forget' : 'fail',
    text: `UPDATE users SET failures = ${verified ? '0' : 'failures + 1'} WHERE id = $1`,
    values: [user],
  });
  await client.query({
    name: 'record',
    text: `INSERT INTO audit (trail, ctime, operation, service_id, user_id, outcome)
           VALUES ('express', $1, 'verify-pin', $2, $3, $4)`,
    values: [now, service, user, verified ? 'verified' : 'invalid'],
  });
  return verified;
}

function serve() {
  const pool = new pg.Pool({ connectionString: process.env.BENCH_DATABASE });
  const app = express();
  app.use(express.json());
  app.put('/v1/service/service/:service/users/:user/auth', async (request, reply) => {
    if (!equal(request.get('X-Service-Auth') ?? '', process.env.BENCH_AUTH)) return reply.sendStatus(401);
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const { service, user } = request.params;
      const verified = await judge(client, service, user, request.body.token);
      await client.query('COMMIT');
      if (verified === null) return reply.sendStatus(404);
      return reply.json({ verified, method: 'sms' });
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  });
  app.listen(Number(process.env.BENCH_PORT), '127.0.0.1');
}

if (cluster.isPrimary) {
  for (let count = availableParallelism(); count > 0; count -= 1) cluster.fork();
} else {
  serve();
}
