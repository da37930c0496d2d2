/** Subscribable is what views and view models can listen to. */
export interface Subscribable {
  subscribe(listener: () => void): () => void
}

/** Store holds one immutable value and tells its listeners when it is replaced. */
export class Store<S> implements Subscribable {
  #value: S
  #listeners = new Set<() => void>()

  constructor(initial: S) {
    this.#value = initial
  }

  get value(): S {
    return this.#value
  }

  set(next: S): void {
    if (Object.is(next, this.#value)) return
    this.#value = next
    for (const listener of [...this.#listeners]) listener()
  }

  update(change: (value: S) => S): void {
    this.set(change(this.#value))
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** Emitter tells listeners of one key, so that a change in one conversation does not wake the views of all others. */
export class Emitter<K> {
  #listeners = new Map<K, Set<() => void>>()

  on(key: K, listener: () => void): () => void {
    const set = this.#listeners.get(key) ?? new Set()
    set.add(listener)
    this.#listeners.set(key, set)
    return () => {
      set.delete(listener)
      if (set.size === 0) this.#listeners.delete(key)
    }
  }

  emit(key: K): void {
    for (const listener of [...(this.#listeners.get(key) ?? [])]) listener()
  }
}
