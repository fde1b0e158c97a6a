/** Programs that tests start. */

import { spawn } from "node:child_process";
import { once } from "node:events";

/** A program that runs, and that somebody may type to. */
export class Program {
  #said = "";

  constructor(command, parameters, options = {}) {
    this.process = spawn(command, parameters, { stdio: ["pipe", "pipe", "pipe"], ...options });
    this.ended = once(this.process, "close");
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf-8").on("data", (said) => {
        this.#said += said;
      });
    }
  }

  /** What it says up to this, and no further. */
  async until(end) {
    while (!this.#said.includes(end)) {
      const more = await Promise.race([once(this.process.stdout, "data"), this.ended.then(() => null)]);
      if (more === null && !this.#said.includes(end)) {
        throw new Error(`it ended: ${this.#said}`);
      }
    }
    const length = this.#said.indexOf(end) + end.length;
    const said = this.#said.slice(0, length);
    this.#said = this.#said.slice(length);
    return said;
  }

  types(line) {
    this.process.stdin.write(`${line}\n`);
  }

  /** What else it says, and how it ends. */
  async end() {
    this.process.stdin.end();
    const [code, signal] = await this.ended;
    return { said: this.#said, code, signal };
  }
}

/** Runs a program in JavaScript, from its text, and returns what came of it. */
export function runScript(text, { type = "module", flags = [], ...options } = {}) {
  return new Program(process.execPath, [...flags, `--input-type=${type}`, "--eval", text], options).end();
}
