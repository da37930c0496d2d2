import type { Timers } from '../sync/timers'
import { Store } from './store'

export interface Toast {
  readonly id: number
  readonly kind: 'info' | 'error'
  readonly text: string
}

/** Toasts are short messages at the edge of the screen; errors stay twice as long. */
export class ToastList {
  readonly items = new Store<readonly Toast[]>([])
  #next = 1

  constructor(private readonly timers: Timers) {}

  show(kind: Toast['kind'], text: string): void {
    const toast = { id: this.#next++, kind, text }
    this.items.update((items) => [...items.filter((t) => t.text !== text).slice(-2), toast])
    this.timers.after(kind === 'error' ? 8_000 : 4_000, () => this.close(toast.id))
  }

  close(id: number): void {
    this.items.update((items) => items.filter((t) => t.id !== id))
  }
}
