/**
 * What calls are answered with. The addon's objects are of the realm that loaded it first; those that a program gets are
 * its own realm's, and frozen.
 */

/** An object. */
export function one<T>(answer: unknown): T {
  return Object.freeze({ ...(answer as T) });
}

/** A list, or a page of one, whose elements are under this name. */
export function list<T>(name: string, answer: unknown): T {
  const raw = answer as Record<string, unknown>;
  return one<T>({ ...raw, [name]: Object.freeze(Array.from(raw[name] as unknown[], one)) });
}

/** Texts. */
export function codes(answer: unknown): readonly string[] {
  return Object.freeze(Array.from(answer as string[]));
}

/** A number. */
export function number(answer: unknown): number {
  return answer as number;
}

/** No answer but that it is done. */
export function nothing(_answer: unknown): void {}
