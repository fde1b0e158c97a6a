/** The options of a client. Each has the default that `verigator.h` names at its setter. */

import { fileURLToPath } from "node:url";
import { type Argument, addon, type Setting } from "./addon.js";
import { invalidArgument, invalidConfig } from "./failures.js";
import { bytes, flag, integer, milliseconds, object, text } from "./values.js";

/** Gets log lines: `console`, and the loggers of pino and winston, are such. */
export interface Logger {
  /** A call failed, or something is wrong. */
  error(message: string): void;
  /** Something went wrong and was mended. */
  warn(message: string): void;
  /** A call was made. */
  info(message: string): void;
  /** What was done for it. */
  debug(message: string): void;
}

/** How much a log line matters, those that matter most first. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** A file of the system: its bytes need not be UTF-8. */
export type Path = string | Uint8Array | URL;

/**
 * What a client can be given beside the credentials. Times are in milliseconds. The library judges each value when the
 * client is made: {@link InvalidConfigError}, or {@link InvalidArgumentError} for one that is missing.
 */
export interface Options {
  /** Where the service is. Default: `"https://api.verigator.com"`. `http` is for loopback only. */
  baseUrl?: string;
  /**
   * Allows `http` to an address that is not loopback, or by a proxy that is not. Default: `false`. Whoever can touch
   * the traffic can then read the credentials and answer "verified".
   */
  allowPlainHttp?: boolean;
  /**
   * An IP address to connect to instead of looking up the name in `baseUrl`. Default: none. Not beside another address
   * in `baseUrl`, or a proxy that looks the name up itself, which all but `socks5` do.
   */
  address?: string;
  /** How long a connection may take to be made. Default: 5000; 1 to 3600000. */
  connectTimeout?: number;
  /** The deadline of a whole call, retries and waiting included. Default: 30000; 1 to 3600000. */
  timeout?: number;
  /** How often a call that can safely be repeated is repeated. Default: 2; 0 to 10. */
  maxRetries?: number;
  /** The longest wait between two attempts. Default: 2000; 1 to 3600000. */
  maxRetryWait?: number;
  /**
   * The proxy that all requests go through. Default: none, or with {@link Client.fromEnv} what the environment says;
   * `null`: none, whatever it says. `"http://host:port"` or `https` for one of HTTP; `"socks5h://host:port"` for one
   * of SOCKS 5, or `socks5` if the name in `baseUrl` is to be looked up here.
   */
  proxy?: string | null;
  /** Username and password for `proxy`, which must be there too. Default: none. */
  proxyCredentials?: { username: string; password: string };
  /** A PEM file of the only certificate authorities trusted. Default: those of the system. */
  caFile?: Path;
  /** The same as PEM in memory. */
  caPem?: string | Uint8Array;
  /** PEM files of the client's certificate chain and of its unencrypted key. Default: none. */
  clientCertificateFiles?: { chain: Path; key: Path };
  /** The same as PEM in memory. */
  clientCertificatePem?: { chain: string | Uint8Array; key: string | Uint8Array };
  /** The only server keys accepted, each `"sha256//"` and base64. Default: any valid one. */
  pinnedKeys?: readonly string[];
  /** The oldest TLS version spoken. Default: `"TLSv1.2"`. */
  minTlsVersion?: "TLSv1.2" | "TLSv1.3";
  /** What stands in the User-Agent between prefix and suffix. Default: this package, then the library inside it. */
  userAgent?: string;
  /** A product of yours before `userAgent`, such as `"my-library/1.0"`. Default: none. */
  userAgentPrefix?: string;
  /** A product of yours after `userAgent`, such as `"my-shop/2.1"`. Default: none. */
  userAgentSuffix?: string;
  /**
   * How many connections are made at most, and so how many calls run at once; the others wait in order, their
   * deadlines running. Default: 256; 1 to 65536.
   */
  maxConnections?: number;
  /** How many idle connections are kept for later calls. Default: 16; 0 to 1024. */
  maxIdleConnections?: number;
  /** How long an idle connection may be used again. Default: 30000; 1 to 3600000. */
  idleTimeout?: number;
  /** The most bytes read of a reply's body. Default: 1048576; 1 to 67108864. */
  maxResponseBytes?: number;
  /**
   * Gets the log lines of each call once it is over, before its promise settles. They hold no password, token or body.
   * What it throws, the call is rejected with. Default: none.
   */
  logger?: Logger;
  /** Which lines `logger` gets: these, and those that matter more. Default: `"info"`. */
  logLevel?: LogLevel;
}

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

/** VERIGATOR_LOG_*, which count from 1. */
export const LOG_LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** VERIGATOR_TLS_*. */
const TLS_VERSIONS: ReadonlyMap<unknown, number> = new Map([
  ["TLSv1.2", 12],
  ["TLSv1.3", 13],
]);

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
  return logger === undefined ? [] : [["set_call_log", LOG_LEVELS.indexOf(logLevel) + 1]];
}

/** A version that there is not is for the library to refuse, if it is a number. */
function tlsVersion(name: string, value: unknown): number {
  const version = TLS_VERSIONS.get(value) ?? value;
  if (typeof version === "string") {
    throw invalidConfig(`${name} is ${JSON.stringify(version)}; pass "TLSv1.2" or "TLSv1.3"`);
  }
  return integer(name, version);
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
