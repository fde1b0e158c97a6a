/** Node's own `fetch`, which is undici's and keeps connections. */

import { main, PASSWORD, SERVICE_ID, TOKEN, USER_ID, USERNAME } from "./measure.mjs";

await main((baseUrl) => {
  const url = new URL(`/v1/service/service/${SERVICE_ID}/users/${USER_ID}/auth`, baseUrl);
  const headers = {
    "X-Service-Auth": `${USERNAME}:${PASSWORD}`,
    "Content-Type": "application/json",
    Accept: "application/json",
  };
  return async () => {
    const signal = AbortSignal.timeout(30_000);
    const reply = await fetch(url, { method: "PUT", headers, body: JSON.stringify({ token: TOKEN }), signal });
    if (!reply.ok) {
      throw new Error(`the server answered ${reply.status}`);
    }
    return (await reply.json()).verified === true;
  };
});
