import type { Argument } from "./addon.js";
import { type CallOptions, Calls, type Credentials } from "./calls.js";
import { invalidArgument } from "./failures.js";
import {
  anyChallenge,
  type Challenge,
  type Enrolment,
  type EnrolmentLink,
  type Service,
  type ServiceList,
  type StartMethod,
  type TotpState,
  type User,
  type UserList,
  type Verification,
} from "./models.js";
import type { Options } from "./options.js";
import { codes, list, nothing, number, one } from "./results.js";
import { settingsOf } from "./settings.js";
import { integer, object, text } from "./values.js";

export type { CallOptions };

/** A method, which the library takes as a number, and so cannot say what was wrong. */
function methodText(method: unknown): string {
  if (method !== "sms" && method !== "totp") {
    throw invalidArgument(`method is ${JSON.stringify(method)}; pass "totp" or "sms"`);
  }
  return method;
}

/** A challenge as C reads it. */
function challengeParts(challenge: unknown): [string, string | null] {
  if (challenge === null || challenge === undefined) {
    const why = `challenge is ${challenge}; pass what initiate resolved with, or anyChallenge to check token alone`;
    throw invalidArgument(why);
  }
  const { method, authId } = object("challenge", challenge);
  return [methodText(method), text("challenge.authId", authId)];
}

/**
 * Makes the calls to one Verigator service with one account.
 *
 * Calls wait side by side, without a thread of Node's pool; the option `maxConnections` says how many are under way at
 * once. While a call is, the process stays alive; a client alone does not keep it. What is dropped without
 * {@link Client.close} leaves nothing behind, also in a worker that is terminated. Each worker makes its own client.
 *
 * Every call may reject with a subclass of {@link VerigatorError}, with {@link InvalidArgumentError} for arguments out
 * of their limits (ids are 1 to 1024 bytes of UTF-8, other texts at most 4096), and with `TypeError` for those of
 * another type. Which calls are repeated by themselves, and which never, is told at the option `maxRetries`.
 */
export class Client {
  readonly #calls: Calls;

  /**
   * Makes a client with API credentials. Nothing is sent yet.
   *
   * @param username - 1 to 1024 bytes of printable ASCII without a colon.
   * @param password - 1 to 1024 bytes of printable ASCII.
   * @param options - what differs from the defaults.
   * @throws {@link InvalidConfigError} if a value, or the values together, cannot be used.
   */
  constructor(username: string, password: string, options?: Options);
  constructor(username: unknown, password: unknown, options: Options = {}) {
    const credentials =
      username === FROM_ENVIRONMENT
        ? undefined
        : { username: text("username", username), password: text("password", password) };
    this.#calls = new Calls(settingsOf(options), credentials as Credentials | undefined, options.logger);
  }

  /**
   * Makes a client with what the environment says; nothing else here reads it.
   *
   * `VERIGATOR_USERNAME` and `VERIGATOR_PASSWORD` must be set; `VERIGATOR_BASE_URL`, `HTTPS_PROXY`, `http_proxy`,
   * `ALL_PROXY` and `NO_PROXY` may be. `options` come after them. It is the environment that the process was started
   * with, and what was set in `process.env` of the main thread since.
   *
   * @throws {@link InvalidConfigError} which names the variable that is missing or cannot be used.
   */
  static fromEnv(options?: Options): Client {
    return new Client(FROM_ENVIRONMENT as never, undefined as never, options);
  }

  /**
   * Ends the calls that wait ({@link CallCancelledError}), and refuses later ones ({@link ClosedError}). Resolves when
   * all have ended. A second time does nothing.
   */
  async close(): Promise<void> {
    await this.#calls.close();
  }

  /** `await using client = new Client(...)` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Closes the connections that no call uses now; later calls make new ones. For a program that is idle for long: those
   * that were idle for `idleTimeout` are closed only when a call needs one or is done with one.
   */
  closeIdle(): void {
    this.#calls.closeIdle();
  }

  /**
   * Creates a service.
   *
   * @param fqdn - its host name, such as `"login.example.com"`.
   * @param name - what users see.
   * @throws {@link ConflictError} if it exists already, {@link InvalidDataError} if a value is not acceptable.
   */
  async createService(fqdn: string, name: string, options?: CallOptions): Promise<Service> {
    return one(await this.#run("service_create", [text("fqdn", fqdn), text("name", name)], options));
  }

  /**
   * Reads a service.
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service, or another account's.
   */
  async getService(serviceId: string, options?: CallOptions): Promise<Service> {
    return one(await this.#run("service_get", [text("serviceId", serviceId)], options));
  }

  /**
   * Finds a service of the account by its host name, which is compared as {@link Client.createService} compares it.
   * verigator-server has this call; the hosted service has not ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError} if the account has no service of that name.
   */
  async findService(fqdn: string, options?: CallOptions): Promise<Service> {
    return one(await this.#run("service_find", [text("fqdn", fqdn)], options));
  }

  /**
   * Lists the services of the account by the page. verigator-server has this call; the hosted service has not
   * ({@link NotSupportedError}).
   *
   * @param limit - at most so many, 1 to 1000.
   * @param cursor - the `nextCursor` of the page before.
   */
  async pageServices(limit: number, cursor?: string | null, options?: CallOptions): Promise<ServiceList> {
    const page = [integer("limit", limit), text("cursor", cursor)];
    return list("services", await this.#run("service_page", page, options));
  }

  /**
   * Deletes a service and its users.
   *
   * @throws {@link NotFoundError} for no such service; also when a first attempt, whose answer was lost, deleted it.
   */
  async deleteService(serviceId: string, options?: CallOptions): Promise<void> {
    return nothing(await this.#run("service_delete", [text("serviceId", serviceId)], options));
  }

  /**
   * Registers a user.
   *
   * @param phoneNumber - with its country prefix (E.164), such as `"+3725555555"`.
   * @param idInService - the caller's own name for the user, such as an e-mail address.
   * @throws {@link ConflictError} if the user exists already, {@link InvalidDataError} if a value is not acceptable.
   */
  async createUser(serviceId: string, phoneNumber: string, idInService: string, options?: CallOptions): Promise<User> {
    const values = [text("serviceId", serviceId), text("phoneNumber", phoneNumber), text("idInService", idInService)];
    return one(await this.#run("user_create", values, options));
  }

  /**
   * Reads a user.
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async getUser(serviceId: string, userId: string, options?: CallOptions): Promise<User> {
    return one(await this.#run("user_get", who(serviceId, userId), options));
  }

  /**
   * Finds a user by what the service calls it, which is compared as {@link Client.createUser} compares it.
   * verigator-server has this call; the hosted service has not ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError} for no such service, or if it has no user of that name.
   */
  async findUser(serviceId: string, idInService: string, options?: CallOptions): Promise<User> {
    const who = [text("serviceId", serviceId), text("idInService", idInService)];
    return one(await this.#run("user_find", who, options));
  }

  /**
   * Lists the users of a service.
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service, or another account's.
   */
  async listUsers(serviceId: string, options?: CallOptions): Promise<UserList> {
    return list("users", await this.#run("user_list", [text("serviceId", serviceId)], options));
  }

  /**
   * Lists the users of a service by the page. The hosted service has no pages, and answers with all users: a last page.
   *
   * @param limit - at most so many, 1 to 1000.
   * @param cursor - the `nextCursor` of the page before.
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service, or another account's.
   */
  async pageUsers(serviceId: string, limit: number, cursor?: string | null, options?: CallOptions): Promise<UserList> {
    const page = [text("serviceId", serviceId), integer("limit", limit), text("cursor", cursor)];
    return list("users", await this.#run("user_page", page, options));
  }

  /**
   * Deletes a user.
   *
   * @throws {@link NotFoundError} for no such user; also when a first attempt, whose answer was lost, deleted the user.
   */
  async deleteUser(serviceId: string, userId: string, options?: CallOptions): Promise<void> {
    return nothing(await this.#run("user_delete", who(serviceId, userId), options));
  }

  /**
   * Starts an authentication. It is never sent twice, since that would send a second message: after
   * {@link DeadlineExceededError} or {@link DisconnectedError} see `maybeSent`.
   *
   * @param method - `"totp"`, the default, to prefer the authenticator app (a user who has none set up is sent an SMS
   * instead), or `"sms"`.
   * @returns the method that is really used and the id of this authentication, for {@link Client.verify}.
   * @throws {@link NotFoundError} for no such service or user, {@link ConflictError} if none can start now.
   */
  async initiate(
    serviceId: string,
    userId: string,
    method: StartMethod = "totp",
    options?: CallOptions,
  ): Promise<Challenge> {
    return one(await this.#run("auth_start", [...who(serviceId, userId), methodText(method)], options));
  }

  /**
   * Checks a token: the user is logged in only if this resolves with `true`. See {@link Client.check} for why not.
   *
   * Do not forget `await`: a promise is always true to `if`, which TypeScript refuses.
   *
   * @throws as {@link Client.check}.
   */
  async verify(
    serviceId: string,
    userId: string,
    token: string,
    challenge: Challenge | typeof anyChallenge,
    options?: CallOptions,
  ): Promise<boolean> {
    const { verified } = await this.check(serviceId, userId, token, challenge, options);
    return verified === true;
  }

  /**
   * Checks a token, and tells why if it is refused. The answer is an object: look at its `verified`.
   *
   * It is never sent twice, since a token is good for one check.
   *
   * @param token - the PIN, the code or the recovery code that the user typed: 1 to 64 printable ASCII characters.
   * @param challenge - what {@link Client.initiate} resolved with, so that a token of another authentication is not
   * taken; or {@link anyChallenge}. `null` and `undefined` are refused, so that a challenge that got lost is noticed.
   * @throws {@link NotFoundError} for no such service, user or pending verification.
   */
  async check(
    serviceId: string,
    userId: string,
    token: string,
    challenge: Challenge | typeof anyChallenge,
    options?: CallOptions,
  ): Promise<Verification> {
    const values = [...who(serviceId, userId), text("token", token)];
    return one(
      challenge === anyChallenge
        ? await this.#run("auth_check_token", values, options)
        : await this.#run("auth_check", [...values, ...challengeParts(challenge)], options),
    );
  }

  /**
   * Lets a user log in again who is locked after too many wrong tokens. verigator-server has this call; the hosted
   * service has not ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async unlockUser(serviceId: string, userId: string, options?: CallOptions): Promise<void> {
    return nothing(await this.#run("user_unlock", who(serviceId, userId), options));
  }

  /**
   * Begins the enrolment of an authenticator app.
   *
   * The user's app takes what this resolves with, and {@link Client.confirmTotp} the app's first token; until then
   * logins are as they were. It ends an enrolment that was begun before and not confirmed, so it is never sent twice.
   * verigator-server has this call; the hosted service has not ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async beginTotp(serviceId: string, userId: string, options?: CallOptions): Promise<Enrolment> {
    return one(await this.#run("totp_begin", who(serviceId, userId), options));
  }

  /**
   * Makes a link by which the user sets an authenticator app up, once.
   *
   * The user opens it in a browser, scans the QR code there and types the app's first token; until then logins are as
   * they were. It ends a link that was made before and an enrolment that was not confirmed, so it is never sent twice.
   * verigator-server has this call; the hosted service has not ({@link NotSupportedError}).
   *
   * @param lifetimeSeconds - how long it is good: 60 to 604800 (a week); 3600 by default.
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's;
   * {@link ConflictError} if the server does not know by which address users reach it.
   */
  async createTotpLink(
    serviceId: string,
    userId: string,
    lifetimeSeconds = 3600,
    options?: CallOptions,
  ): Promise<EnrolmentLink> {
    const values = [...who(serviceId, userId), integer("lifetimeSeconds", lifetimeSeconds)];
    return one(await this.#run("totp_link_create", values, options));
  }

  /**
   * Confirms an enrolment by a token of the app. When it resolves, the enrolment is confirmed, and logins use the app
   * from now on. It is never sent twice. verigator-server has this call; the hosted service has not
   * ({@link NotSupportedError}).
   *
   * @throws {@link InvalidDataError} if the token is not right; {@link NotFoundError}, {@link ForbiddenError} for no
   * such service or user, another account's, or no enrolment that was begun.
   */
  async confirmTotp(serviceId: string, userId: string, token: string, options?: CallOptions): Promise<void> {
    const values = [...who(serviceId, userId), text("token", token)];
    return nothing(await this.#run("totp_confirm", values, options));
  }

  /**
   * Reads how far the enrolment of an authenticator app has come. verigator-server has this call; the hosted service has
   * not ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async getTotp(serviceId: string, userId: string, options?: CallOptions): Promise<TotpState> {
    return one(await this.#run("totp_get", who(serviceId, userId), options));
  }

  /**
   * Removes an enrolment, confirmed or not. verigator-server has this call; the hosted service has not
   * ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async deleteTotp(serviceId: string, userId: string, options?: CallOptions): Promise<void> {
    return nothing(await this.#run("totp_delete", who(serviceId, userId), options));
  }

  /**
   * Makes recovery codes, to be shown to their user once.
   *
   * Each is a token for one {@link Client.verify}, whatever method was started. Those made before are good for nothing
   * any more, so it is never sent twice. verigator-server has this call; the hosted service has not
   * ({@link NotSupportedError}).
   *
   * @returns at least one.
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async createRecoveryCodes(serviceId: string, userId: string, options?: CallOptions): Promise<readonly string[]> {
    return codes(await this.#run("recovery_codes_create", who(serviceId, userId), options));
  }

  /**
   * Tells how many recovery codes are left. verigator-server has this call; the hosted service has not
   * ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async countRecoveryCodes(serviceId: string, userId: string, options?: CallOptions): Promise<number> {
    return number(await this.#run("recovery_codes_remaining", who(serviceId, userId), options));
  }

  /**
   * Removes the recovery codes. verigator-server has this call; the hosted service has not
   * ({@link NotSupportedError}).
   *
   * @throws {@link NotFoundError}, {@link ForbiddenError} for no such service or user, or another account's.
   */
  async deleteRecoveryCodes(serviceId: string, userId: string, options?: CallOptions): Promise<void> {
    return nothing(await this.#run("recovery_codes_delete", who(serviceId, userId), options));
  }

  #run(operation: string, values: readonly Argument[], options?: CallOptions): Promise<unknown> {
    return this.#calls.run(operation, values, options);
  }
}

/** In the place of a username. */
const FROM_ENVIRONMENT = Symbol("from the environment");

function who(serviceId: unknown, userId: unknown): [string | null, string | null] {
  return [text("serviceId", serviceId), text("userId", userId)];
}
