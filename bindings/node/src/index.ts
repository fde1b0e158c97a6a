/**
 * Two-factor logins through the Verigator API.
 *
 * @packageDocumentation
 */
export { type CallOptions, Client } from "./client.js";
export * from "./errors.js";
export { LibraryLoadError } from "./loading.js";
export * from "./models.js";
export type * from "./options.js";
