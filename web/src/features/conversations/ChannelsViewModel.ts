import { conversations as api } from '../../api/conversations'
import type { Channel, ConversationID } from '../../api/types'
import { Pages, type PagesState } from '../../model/pages'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

export interface ChannelsSnapshot {
  readonly query: string
  /** joined also counts what was joined since the list was read. */
  readonly list: PagesState<Channel>
  /** What one is just becoming a member of. */
  readonly joining: ConversationID | undefined
}

const rest = 150 // ms after a key before asking

/** ChannelsViewModel finds channels that everybody may join, and joins them. */
export class ChannelsViewModel extends ViewModel<ChannelsSnapshot> {
  #pages = new Pages<Channel>()
  #cancel = () => {}

  constructor(private readonly s: Pick<Services, 'api' | 'timers' | 'conversations' | 'messaging' | 'fail'>) {
    super({ query: '', list: { items: [], state: 'loading', more: false, next: 'idle' }, joining: undefined })
  }

  override start(): () => void {
    const derive = () => this.#derive()
    this.#read(this.snapshot.query)
    return follow(this.#pages.store.subscribe(derive), this.s.conversations.list.subscribe(derive), () => {
      this.#cancel()
      this.#pages.end()
    })
  }

  write = (query: string): void => {
    this.#cancel()
    this.merge({ query })
    this.#cancel = this.s.timers.after(rest, () => this.#read(query))
  }

  more = (): void => void this.#pages.next()
  reload = (): void => void this.#pages.reload()

  /** Becomes a member. Says whether one is. */
  join = async (id: ConversationID): Promise<boolean> => {
    this.merge({ joining: id })
    try {
      await api.join(this.s.api, id)
      await this.s.messaging.refreshHead(id)
      return true
    } catch (e) {
      this.s.fail(e)
      return false
    } finally {
      this.merge({ joining: undefined })
    }
  }

  #read(query: string): void {
    void this.#pages.read((cursor, signal) => api.channels(this.s.api, query, cursor, signal), true)
  }

  #derive(): void {
    const list = this.#pages.store.value
    const inside = (id: ConversationID) => (this.s.conversations.get(id)?.role ?? '') !== ''
    this.merge({ list: { ...list, items: list.items.map((c) => (c.joined || !inside(c.id) ? c : { ...c, joined: true })) } })
  }
}
