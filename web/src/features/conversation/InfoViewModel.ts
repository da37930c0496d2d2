import { conversations as api, type ConversationUpdate } from '../../api/conversations'
import type { Head } from '../../api/types'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'

export interface InfoSnapshot {
  readonly head: Head
  /** A group or channel. */
  readonly many: boolean
  /** May change its settings. */
  readonly manages: boolean
}

const of = (head: Head): InfoSnapshot => {
  const many = head.kind !== 'direct'
  return { head, many, manages: many && (head.role === 'owner' || head.role === 'admin') }
}

/** InfoViewModel is what a conversation is; what one changes shows at once, and goes back when the server refuses it. */
export class InfoViewModel extends ViewModel<InfoSnapshot> {
  constructor(
    private readonly s: Pick<Services, 'api' | 'conversations' | 'messaging' | 'fail'>,
    head: Head,
  ) {
    super(of(head))
  }

  override start(): () => void {
    const derive = () => {
      const head = this.s.conversations.get(this.snapshot.head.id)
      if (head) this.merge(of(head)) // one that is gone stays as it was until the panel closes
    }
    derive()
    return this.s.conversations.list.subscribe(derive)
  }

  /** What differs from how it is called now; undefined when nothing does, or when it would have no name. */
  naming(name: string, purpose: string): ConversationUpdate | undefined {
    const { head } = this.snapshot
    const change: ConversationUpdate = {}
    if (name.trim() !== head.name) change.name = name.trim()
    if (purpose.trim() !== head.purpose) change.purpose = purpose.trim()
    return Object.keys(change).length > 0 && change.name !== '' ? change : undefined
  }

  /** Changes settings that all members see. */
  update = (change: ConversationUpdate): Promise<void> =>
    this.#change(change, (id) => api.update(this.s.api, id, change).then((next) => next && this.s.messaging.heads([next], false)))

  /** Changes what only oneself sees. */
  mine = (change: { muted?: boolean; pinned?: boolean }): Promise<void> =>
    this.#change(change, (id) => api.mine(this.s.api, id, change))

  /** Says whether one is out. */
  leave = async (): Promise<boolean> => {
    const { id } = this.snapshot.head
    try {
      await api.leave(this.s.api, id)
      this.s.messaging.gone(id)
      return true
    } catch (e) {
      this.s.fail(e)
      return false
    }
  }

  async #change(change: Partial<Head>, ask: (id: string) => Promise<unknown>): Promise<void> {
    const { id } = this.snapshot.head
    this.s.conversations.patch(id, change)
    try {
      await ask(id)
    } catch (e) {
      this.s.fail(e)
      await this.s.messaging.refreshHead(id).catch(() => {}) // no connection: the next hello brings it
    }
  }
}
