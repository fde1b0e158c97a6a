/** The types of what a program gets. */

import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import {
  anyChallenge,
  type Challenge,
  Client,
  type Enrolment,
  type EnrolmentLink,
  type Failure,
  InvalidArgumentError,
  type Method,
  type NotFoundError,
  type Options,
  type Service,
  type ServiceError,
  type ServiceList,
  type TotpState,
  type UsageError,
  type User,
  type UserList,
  type Verification,
  type VerigatorError,
} from "..";

const client = new Client("username", "password");
const challenge: Challenge = { method: "sms", authId: null };

expectType<Client>(Client.fromEnv());
expectType<Promise<void>>(client.close());
expectType<void>(client.closeIdle());
expectType<Promise<Service>>(client.createService("fqdn", "name"));
expectType<Promise<Service>>(client.getService("s"));
expectType<Promise<Service>>(client.findService("fqdn"));
expectType<Promise<ServiceList>>(client.pageServices(1));
expectType<Promise<void>>(client.deleteService("s"));
expectType<Promise<User>>(client.createUser("s", "+3725555555", "jane"));
expectType<Promise<User>>(client.getUser("s", "u"));
expectType<Promise<User>>(client.findUser("s", "jane"));
expectType<Promise<UserList>>(client.listUsers("s"));
expectType<Promise<UserList>>(client.pageUsers("s", 1, "cursor", { timeout: 1 }));
expectType<Promise<void>>(client.deleteUser("s", "u"));
expectType<Promise<Challenge>>(client.initiate("s", "u"));
expectType<Promise<boolean>>(client.verify("s", "u", "t", challenge));
expectType<Promise<Verification>>(client.check("s", "u", "t", anyChallenge));
expectType<Promise<void>>(client.unlockUser("s", "u"));
expectType<Promise<Enrolment>>(client.beginTotp("s", "u"));
expectType<Promise<EnrolmentLink>>(client.createTotpLink("s", "u", 60));
expectType<Promise<void>>(client.confirmTotp("s", "u", "t"));
expectType<Promise<TotpState>>(client.getTotp("s", "u"));
expectType<Promise<void>>(client.deleteTotp("s", "u"));
expectType<Promise<readonly string[]>>(client.createRecoveryCodes("s", "u"));
expectType<Promise<number>>(client.countRecoveryCodes("s", "u"));
expectType<Promise<void>>(client.deleteRecoveryCodes("s", "u"));

expectAssignable<Options>({ proxy: null, caFile: new URL("file:///ca.pem"), pinnedKeys: ["sha256//x"] });
expectNotAssignable<Options>({ timeout: "5" });
expectNotAssignable<Options>({ minTlsVersion: "TLSv1" });
expectError(client.verify("s", "u", "t"));
expectError(client.verify("s", "u", "t", undefined));
expectError(client.getService(1));
expectError(new Client("username"));

declare const failure: NotFoundError;
expectAssignable<ServiceError>(failure);
expectAssignable<VerigatorError>(failure);
expectAssignable<Error>(failure);
expectType<boolean>(failure.maybeSent);
expectType<string | null>(failure.serviceMessage);
expectType<Uint8Array | null>(failure.body);
declare const known: Failure;
expectAssignable<UsageError>(new InvalidArgumentError("why", known));
declare const verification: Verification;
expectType<Method | null>(verification.method);
