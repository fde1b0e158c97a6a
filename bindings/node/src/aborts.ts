/** Which calls end with which signal. One listener a signal, however many calls wait, and none once they have ended. */
export class Aborts {
  readonly #cancel: (call: number) => void;
  readonly #waiting = new Map<AbortSignal, { calls: Set<number>; listener: () => void }>();

  constructor(cancel: (call: number) => void) {
    this.#cancel = cancel;
  }

  /** Cancels the call when the signal is aborted, until it is removed. */
  add(signal: AbortSignal, call: number): void {
    const waiting = this.#waiting.get(signal) ?? this.#listen(signal);
    waiting.calls.add(call);
  }

  /** The call has ended. */
  remove(signal: AbortSignal, call: number): void {
    const waiting = this.#waiting.get(signal);
    if (waiting?.calls.delete(call) && waiting.calls.size === 0) {
      signal.removeEventListener("abort", waiting.listener);
      this.#waiting.delete(signal);
    }
  }

  #listen(signal: AbortSignal) {
    const calls = new Set<number>();
    const listener = () => calls.forEach(this.#cancel);
    signal.addEventListener("abort", listener);
    const waiting = { calls, listener };
    this.#waiting.set(signal, waiting);
    return waiting;
  }
}
