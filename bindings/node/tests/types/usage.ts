/** What a program in TypeScript may write, and what it may not. Compiled, and never run. */

import { anyChallenge, type CallOptions, type Challenge, Client, type Logger, VerigatorError } from "libverigator";

export async function uses(serviceId: string, userId: string, signal: AbortSignal): Promise<string> {
  const logger: Logger = console;
  const client = new Client("demo", "demo-password", { timeout: 1000, minTlsVersion: "TLSv1.3", logger });
  const options: CallOptions = { signal, timeout: 500 };
  const challenge: Challenge = await client.initiate(serviceId, userId, "sms", options);
  const verified: boolean = await client.verify(serviceId, userId, "123456", challenge, options);
  const answer = await client.check(serviceId, userId, "123456", anyChallenge);
  const { users, nextCursor } = await client.pageUsers(serviceId, 10, null);
  await using scoped = Client.fromEnv();
  const [first] = await scoped.createRecoveryCodes(serviceId, userId);
  try {
    await client.deleteService(serviceId);
  } catch (error) {
    if (error instanceof VerigatorError && error.maybeSent) {
      return `${error.code} ${error.kind} ${error.retryAfter ?? 0}`;
    }
    throw error;
  }
  return `${verified} ${answer.result} ${users[0]?.idInService} ${nextCursor} ${first}`;
}

export async function mustNot(client: Client, challenge: Challenge): Promise<void> {
  // @ts-expect-error a promise is always true: `await` was forgotten
  if (client.verify("s", "u", "123456", challenge)) {
    console.log("everybody is in");
  }
  // @ts-expect-error which challenge it is must be said
  await client.verify("s", "u", "123456");
  // @ts-expect-error it may have got lost
  await client.verify("s", "u", "123456", null);
  // @ts-expect-error none starts with a recovery code
  await client.initiate("s", "u", "recovery_code");
  // @ts-expect-error options are known
  new Client("u", "p", { timeOut: 5 });
  // @ts-expect-error what the service said cannot be changed
  (await client.getService("s")).id = "other";
}
