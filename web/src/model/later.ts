import type { Api } from '../api/client'
import { later } from '../api/later'
import type { LaterChange, LaterCounts } from '../api/types'
import { Store } from './store'

/** Later knows how long the person's list for later is, and tells when a reminder comes. */
export class Later {
  readonly counts = new Store<LaterCounts>({ rev: 0, open: 0, due: 0 })

  constructor(
    private readonly api: Api,
    /** A reminder came, or some were due already when the client connected. */
    private readonly onDue: (count: number) => void,
  ) {}

  /** Asks anew after a connection: events may have been missed. */
  async connected(): Promise<void> {
    const counts = await later.count(this.api)
    const more = counts.due > this.counts.value.due
    if (this.#take(counts) && more) this.onDue(counts.due)
  }

  event(change: LaterChange): void {
    const { rev, open, due } = change
    if (this.#take({ rev, open, due }) && change.change === 'due') this.onDue(due)
  }

  /** What is older than what is known changes nothing. */
  #take(counts: LaterCounts): boolean {
    if (counts.rev <= this.counts.value.rev) return false
    this.counts.set(counts)
    return true
  }
}
