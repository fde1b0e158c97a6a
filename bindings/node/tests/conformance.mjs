/**
 * Runs what the conformance peer says, a line at a time, and tells it what came of it. See
 * `tests/conformance/README.md` of the repository.
 */

import { createInterface } from "node:readline";
import { anyChallenge, Client, VerigatorError } from "libverigator";

/** What each operation is here, of the arguments by their names. */
const OPERATIONS = {
  create_service: (client, { fqdn, name }) => client.createService(fqdn, name),
  find_service: (client, { fqdn }) => client.findService(fqdn),
  get_service: (client, { service_id }) => client.getService(service_id),
  delete_service: (client, { service_id }) => client.deleteService(service_id),
  page_services: (client, { limit, cursor }) => client.pageServices(limit, cursor),
  create_user: (client, { service_id, phone_number, id_in_service }) =>
    client.createUser(service_id, phone_number, id_in_service),
  get_user: (client, { service_id, user_id }) => client.getUser(service_id, user_id),
  find_user: (client, { service_id, id_in_service }) => client.findUser(service_id, id_in_service),
  delete_user: (client, { service_id, user_id }) => client.deleteUser(service_id, user_id),
  unlock_user: (client, { service_id, user_id }) => client.unlockUser(service_id, user_id),
  list_users: (client, { service_id }) => client.listUsers(service_id),
  page_users: (client, { service_id, limit, cursor }) => client.pageUsers(service_id, limit, cursor),
  initiate: (client, { service_id, user_id, method }) => client.initiate(service_id, user_id, method),
  verify: (client, { service_id, user_id, token, challenge = anyChallenge }) =>
    client.check(service_id, user_id, token, camel(challenge)),
  begin_totp: (client, { service_id, user_id }) => client.beginTotp(service_id, user_id),
  create_totp_link: (client, { service_id, user_id, lifetime_seconds }) =>
    client.createTotpLink(service_id, user_id, lifetime_seconds),
  confirm_totp: (client, { service_id, user_id, token }) => client.confirmTotp(service_id, user_id, token),
  get_totp: (client, { service_id, user_id }) => client.getTotp(service_id, user_id),
  delete_totp: (client, { service_id, user_id }) => client.deleteTotp(service_id, user_id),
  create_recovery_codes: async (client, { service_id, user_id }) => ({
    codes: await client.createRecoveryCodes(service_id, user_id),
  }),
  count_recovery_codes: async (client, { service_id, user_id }) => ({
    remaining: await client.countRecoveryCodes(service_id, user_id),
  }),
  delete_recovery_codes: (client, { service_id, user_id }) => client.deleteRecoveryCodes(service_id, user_id),
};

async function run({ config, operation, arguments: values }) {
  try {
    const { username, password, ...options } = decoded(config);
    const client = new Client(username, password, optionsOf(options));
    try {
      return { value: snake((await OPERATIONS[operation](client, decoded(values))) ?? null) };
    } finally {
      await client.close();
    }
  } catch (error) {
    if (!(error instanceof VerigatorError)) {
      throw error;
    }
    return { error: described(error) };
  }
}

/** Options as they are called here: times are in milliseconds anyway, and what belongs together is together. */
function optionsOf({ proxy_username, proxy_password, pinned_key, ...config }) {
  const names = Object.entries(config).map(([name, value]) => [name.replace(/_ms$/, ""), value]);
  return {
    ...camel(Object.fromEntries(names)),
    ...(proxy_username !== undefined && {
      proxyCredentials: { username: proxy_username, password: proxy_password },
    }),
    ...(pinned_key !== undefined && { pinnedKeys: [pinned_key] }),
  };
}

function described(error) {
  return {
    status: error.status,
    kind: error.kind,
    message: error.message,
    http_status: error.httpStatus,
    service_message: error.serviceMessage,
    body: error.body === null ? null : new TextDecoder().decode(error.body),
    request_id: error.requestId,
    retry_after_ms: error.retryAfter,
    maybe_sent: error.maybeSent,
    retry_safe: error.retrySafe,
  };
}

/** Texts that JSON cannot say come as UTF-16 code units. */
function decoded(value) {
  if (value?.utf16 !== undefined) {
    return Buffer.from(value.utf16, "hex").swap16().toString("utf16le");
  }
  return renamed(value, (name) => name, decoded);
}

const camel = (value) => renamed(value, (name) => name.replace(/_./g, ([, letter]) => letter.toUpperCase()), camel);
const snake = (value) =>
  renamed(value, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), snake);

/** A value with other names in all of its objects. */
function renamed(value, name, within) {
  if (Array.isArray(value)) {
    return value.map(within);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [name(key), within(each)]));
}

for await (const line of createInterface(process.stdin)) {
  console.log(JSON.stringify(await run(JSON.parse(line))));
}
