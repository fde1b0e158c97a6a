/** Types of values, which the library cannot see. What their limits are is for the library to say. */

import { invalidConfig } from "./failures.js";

function wrongType(name: string, wanted: string, value: unknown): TypeError {
  const found = value === null ? "null" : typeof value;
  return Object.assign(new TypeError(`${name} must be ${wanted}, not ${found}`), { code: "ERR_INVALID_ARG_TYPE" });
}

/** A string; `null` and `undefined` are a missing one. */
export function text(name: string, value: unknown): string | null {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value !== "string") {
    throw wrongType(name, "a string", value);
  }
  return value;
}

/** A whole number, or an infinite one, which is beyond every limit. */
export function integer(name: string, value: unknown): number {
  if (typeof value !== "number" || !(Number.isInteger(value) || Math.abs(value) === Infinity)) {
    throw wrongType(name, "a whole number", value);
  }
  return value;
}

/** A number of milliseconds; not rounded up to the first one, since the library takes none that short. */
export function milliseconds(name: string, value: unknown): number {
  if (typeof value !== "number") {
    throw wrongType(name, "a number of milliseconds", value);
  }
  if (Number.isNaN(value)) {
    throw invalidConfig(`${name} is NaN; pass a number of milliseconds`);
  }
  return value >= 0 && value < 1 ? 0 : Math.round(value);
}

/** Strict, since the text "false" would count as true. */
export function flag(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") {
    throw wrongType(name, "a boolean", value);
  }
  return value;
}

/** Text or bytes, as bytes. */
export function bytes(name: string, value: unknown): Uint8Array {
  if (typeof value === "string") {
    return Buffer.from(value);
  }
  if (!ArrayBuffer.isView(value)) {
    throw wrongType(name, "a string or a Uint8Array", value);
  }
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** A signal, or none. Told by what it can do, since other realms have classes of their own. */
export function abortSignal(name: string, value: unknown): AbortSignal | undefined {
  if (value === null || value === undefined) {
    return undefined;
  }
  if (typeof (value as AbortSignal).addEventListener !== "function") {
    throw wrongType(name, "an AbortSignal", value);
  }
  return value as AbortSignal;
}

/** An object with these methods. */
export function withMethods(name: string, methods: readonly string[], value: unknown): void {
  const found = object(name, value);
  for (const method of methods) {
    if (typeof found[method] !== "function") {
      throw wrongType(`${name}.${method}`, "a function", found[method]);
    }
  }
}

/** An object, for its properties. */
export function object(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) {
    throw wrongType(name, "an object", value);
  }
  return value as Record<string, unknown>;
}
