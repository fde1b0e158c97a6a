/** The options of a client. Each has the default that `verigator.h` names at its setter. */

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
  proxyCredentials?: {
    /** Without a colon. */
    username: string;
    /** As it is. */
    password: string;
  };

  /** A PEM file of the only certificate authorities trusted. Default: those of the system. */
  caFile?: Path;

  /** The same as PEM in memory. */
  caPem?: string | Uint8Array;

  /** PEM files of the client's certificate chain and of its unencrypted key. Default: none. */
  clientCertificateFiles?: {
    /** The certificate, then those that vouch for it. */
    chain: Path;
    /** Its key. */
    key: Path;
  };

  /** The same as PEM in memory. */
  clientCertificatePem?: {
    /** The certificate, then those that vouch for it. */
    chain: string | Uint8Array;
    /** Its key. */
    key: string | Uint8Array;
  };

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
