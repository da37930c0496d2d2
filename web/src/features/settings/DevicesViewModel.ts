import { sessions as api } from '../../api/sessions'
import type { SessionInfo } from '../../api/types'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'

export interface DevicesSnapshot {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly here: SessionInfo | undefined
  /** The most recently used first. */
  readonly others: readonly SessionInfo[]
  /** Sessions that are being ended. */
  readonly busy: ReadonlySet<string>
}

/** DevicesViewModel lists the sessions of the person and ends them. */
export class DevicesViewModel extends ViewModel<DevicesSnapshot> {
  constructor(private readonly s: Services) {
    super({ state: 'loading', here: undefined, others: [], busy: new Set() })
  }

  override start(): () => void {
    void this.load()
    return () => {}
  }

  load = async (): Promise<void> => {
    try {
      const { items } = await api.list(this.s.api)
      const others = items.filter((x) => !x.current).sort((a, b) => (a.seen_at < b.seen_at ? 1 : -1))
      this.merge({ state: 'ready', here: items.find((x) => x.current), others, busy: new Set() })
    } catch {
      this.merge({ state: 'failed' })
    }
  }

  end = (session: SessionInfo): Promise<void> => this.#end([session])

  endOthers = (): Promise<void> => this.#end(this.snapshot.others)

  async #end(which: readonly SessionInfo[]): Promise<void> {
    this.merge({ busy: new Set([...this.snapshot.busy, ...which.map((x) => x.id)]) })
    try {
      for (const { id } of which) await this.s.withProof(() => api.end(this.s.api, id))
    } catch (e) {
      this.s.fail(e)
    }
    await this.load() // what was ended is gone, also after a failure in between
  }
}
