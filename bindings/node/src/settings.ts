/** What the options of a client become: calls of the setters of `verigator.h`. */

import { fileURLToPath } from "node:url";
import { type Argument, addon, type Setting } from "./addon.js";
import { invalidArgument, invalidConfig } from "./failures.js";
import type { LogLevel, Options } from "./options.js";
import { bytes, flag, integer, milliseconds, object, text, withMethods } from "./values.js";

type Converted = (name: string, value: unknown) => Setting[];

const one =
  (setter: string, convert: (name: string, value: unknown) => Argument): Converted =>
  (name, value) => [[setter, convert(name, value)]];

/** What each option becomes. */
const SETTINGS: { readonly [name in keyof Options]-?: Converted } = {
  baseUrl: one("set_base_url", text),
  allowPlainHttp: one("set_allow_plain_http", flag),
  address: one("set_address", text),
  connectTimeout: one("set_connect_timeout_ms", milliseconds),
  timeout: one("set_timeout_ms", milliseconds),
  maxRetries: one("set_max_retries", integer),
  maxRetryWait: one("set_max_retry_wait_ms", milliseconds),
  proxy: () => [],
  proxyCredentials: () => [],
  caFile: one("set_ca_file", (name, value) => path(name, "the CA file", value)),
  caPem: one("set_ca_pem", bytes),
  clientCertificateFiles: (name, value) => {
    const { chain, key } = object(name, value);
    const chainPath = path(`${name}.chain`, "the client certificate file", chain);
    return [["set_client_certificate_file", chainPath, path(`${name}.key`, "the client key file", key)]];
  },
  clientCertificatePem: (name, value) => {
    const { chain, key } = object(name, value);
    return [["set_client_certificate_pem", bytes(`${name}.chain`, chain), bytes(`${name}.key`, key)]];
  },
  pinnedKeys: (name, value) =>
    Array.from(object(name, value) as unknown as Iterable<unknown>, (pin) => ["add_pinned_key", text(name, pin)]),
  minTlsVersion: one("set_min_tls_version", tlsVersion),
  userAgent: one("set_user_agent", text),
  userAgentPrefix: one("set_user_agent_prefix", text),
  userAgentSuffix: one("set_user_agent_suffix", text),
  maxConnections: one("set_max_connections", integer),
  maxIdleConnections: one("set_max_idle_connections", integer),
  idleTimeout: one("set_idle_timeout_ms", milliseconds),
  maxResponseBytes: one("set_max_response_bytes", integer),
  logger: () => [],
  logLevel: () => [],
};

const LOG_LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

const TLS_VERSIONS: readonly unknown[] = ["TLSv1.2", "TLSv1.3"];

const { version } = require("../package.json") as { version: string };

/** What the options set on a configuration, in the order of the table above. An option that is `undefined` is left out. */
export function settingsOf(options: Options): Setting[] {
  const given: Options = { userAgent: `verigator-node/${version} libverigator/${addon.version()}` };
  for (const [name, value] of Object.entries(object("options", options))) {
    if (!(name in SETTINGS)) {
      throw new TypeError(`unknown option ${name}`);
    }
    if (value !== undefined) {
      Object.assign(given, { [name]: value });
    }
  }
  const names = Object.keys(SETTINGS) as (keyof Options)[];
  const settings = names.flatMap((name) => (name in given ? SETTINGS[name](name, given[name]) : []));
  return [...settings, ...proxySettings(given), ...logSettings(given)];
}

function proxySettings({ proxy, proxyCredentials }: Options): Setting[] {
  if (proxy === undefined && proxyCredentials === undefined) {
    return [];
  }
  if (proxyCredentials === undefined) {
    return [proxy === null ? ["unset_proxy"] : ["set_proxy", text("proxy", proxy)]];
  }
  const { username, password } = object("proxyCredentials", proxyCredentials);
  if (proxy === null || proxy === undefined) {
    throw invalidArgument("proxy is missing; pass its URL, also where there are proxyCredentials");
  }
  return [
    [
      "set_proxy",
      text("proxy", proxy),
      text("proxyCredentials.username", username),
      text("proxyCredentials.password", password),
    ],
  ];
}

function logSettings({ logger, logLevel = "info" }: Options): Setting[] {
  if (!LOG_LEVELS.includes(logLevel)) {
    throw invalidConfig(`logLevel is ${JSON.stringify(logLevel)}; pass one of ${LOG_LEVELS.join(", ")}`);
  }
  if (logger === undefined) {
    return [];
  }
  withMethods("logger", LOG_LEVELS, logger);
  return [["set_call_log", logLevel]];
}

/** A version that there is not is for the library to refuse, if it is a number. */
function tlsVersion(name: string, value: unknown): string | number {
  if (typeof value === "string" && !TLS_VERSIONS.includes(value)) {
    throw invalidConfig(`${name} is ${JSON.stringify(value)}; pass "TLSv1.2" or "TLSv1.3"`);
  }
  return typeof value === "string" ? value : integer(name, value);
}

/** A path in the system's own bytes. `what` is what the library calls it. */
function path(name: string, what: string, value: unknown): Argument {
  const file = value instanceof URL ? fileURLToPath(value) : value;
  if (file === null || file === undefined) {
    return null;
  }
  const found = bytes(name, file);
  if (found.includes(0)) {
    // Only this side can see it: to C all other bytes may be a path's.
    throw invalidConfig(`${what} has a NUL character; pass text without one`);
  }
  return found;
}
