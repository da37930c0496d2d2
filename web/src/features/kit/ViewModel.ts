import type { Subscribable } from '../../model/store'

/**
 * ViewModel turns stores into one snapshot for one view and carries out what the view asks for. The snapshot is replaced only
 * when a field of it changed. start begins to listen and returns what ends it; views call it when they appear (useViewModel).
 */
export abstract class ViewModel<S extends object> implements Subscribable {
  #snapshot: S
  #listeners = new Set<() => void>()

  constructor(initial: S) {
    this.#snapshot = initial
  }

  get snapshot(): S {
    return this.#snapshot
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): () => void {
    return () => {}
  }

  protected merge(change: Partial<S>): void {
    const now = this.#snapshot
    const differs = (Object.keys(change) as (keyof S)[]).some((k) => !Object.is(change[k], now[k]))
    if (!differs) return
    this.#snapshot = { ...now, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}

/** follow subscribes to several sources and returns one function that ends all of them. */
export function follow(...ends: (() => void)[]): () => void {
  return () => {
    for (const end of ends) end()
  }
}
