// Who is registered, and with which password. It forgets them all when the shop stops; a real one has a database.

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const hash = promisify(scrypt);
const LENGTH = 32;

export class Users {
  #users = new Map();

  has(email) {
    return this.#users.has(email);
  }

  /** Registers a user: `id` is that of the second factor. */
  async add(email, password, id) {
    const salt = randomBytes(16);
    this.#users.set(email, { id, email, salt, hash: await hash(password, salt, LENGTH) });
  }

  /** The user with this password, or undefined. It takes as long for a user whom there is not. */
  async withPassword(email, password) {
    const { id, salt, hash: expected } = this.#users.get(email) ?? { salt: "", hash: Buffer.alloc(LENGTH) };
    const found = await hash(String(password), salt, LENGTH);
    return timingSafeEqual(found, expected) && id !== undefined ? { id, email } : undefined;
  }
}
