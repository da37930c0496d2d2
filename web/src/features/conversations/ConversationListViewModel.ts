import type { ConversationID, Head } from '../../api/types'
import { plain } from '../../model/content'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'
import { systemText } from '../timeline/systemText'

export interface ListItem {
  readonly id: ConversationID
  readonly kind: Head['kind']
  /** Whose avatar: the other person of a direct conversation, else the conversation. */
  readonly avatar: { readonly id: string; readonly name: string }
  readonly name: string
  readonly time: string
  readonly preview: string
  readonly draft: boolean
  readonly unread: number
  readonly mentions: number
  readonly muted: boolean
  readonly pinned: boolean
  /** Own messages that are not sent: waiting for the connection, or refused. */
  readonly unsent: 'none' | 'waiting' | 'failed'
}

export interface ConversationListSnapshot {
  readonly filter: 'all' | 'unread'
  readonly items: readonly ListItem[]
  readonly loading: boolean
  readonly unread: number
}

export class ConversationListViewModel extends ViewModel<ConversationListSnapshot> {
  /** What was unread when the filter was chosen stays in the list: rows must not vanish under the pointer. */
  #kept = new Set<ConversationID>()

  constructor(private readonly s: Services) {
    super({ filter: 'all', items: [], loading: true, unread: 0 })
    this.#derive()
  }

  override start(): () => void {
    const derive = () => this.#derive()
    derive()
    return follow(
      this.s.conversations.list.subscribe(derive),
      this.s.drafts.all.subscribe(derive),
      this.s.messaging.unsent.subscribe(derive),
      this.s.connection.subscribe(derive),
      this.s.i18n.subscribe(derive),
    )
  }

  choose = (filter: 'all' | 'unread'): void => {
    this.#kept.clear()
    this.merge({ filter })
    this.#derive()
  }

  /** The next id up (-1) or down in the list as it is shown; unread: the next with something to read. */
  neighbour(id: ConversationID | undefined, by: 1 | -1, unread = false): ConversationID | undefined {
    const { items } = this.snapshot
    const from = items.findIndex((i) => i.id === id)
    const wanted = (i: ListItem) => !unread || i.mentions > 0 || (i.unread > 0 && !i.muted)
    for (let at = from < 0 ? (by > 0 ? 0 : items.length - 1) : from + by; at >= 0 && at < items.length; at += by) {
      const item = items[at]
      if (item && wanted(item)) return item.id
    }
    return undefined
  }

  #derive(): void {
    const { byId, order, complete, unread } = this.s.conversations.list.value
    const { filter } = this.snapshot
    const items: ListItem[] = []
    for (const id of order) {
      const head = byId.get(id)
      if (!head) continue
      if (filter === 'unread') {
        if (head.unread > 0 || head.mentions > 0) this.#kept.add(id)
        if (!this.#kept.has(id)) continue
      }
      items.push(this.#item(head))
    }
    const old = new Map(this.snapshot.items.map((i) => [i.id, i]))
    const stable = items.map((i) => {
      const before = old.get(i.id)
      return before && JSON.stringify(before) === JSON.stringify(i) ? before : i
    })
    this.merge({ items: stable, loading: !complete, unread })
  }

  #item(h: Head): ListItem {
    const { t } = this.s.i18n
    const name = conversationName(h)
    const draft = this.s.drafts.get(h.id)?.text ?? ''
    const last = h.last_message
    const unsent = this.s.messaging.unsent.value.get(h.id)
    const online = this.s.connection.value.phase === 'online'
    let preview = ''
    if (draft) preview = plain(draft)
    else if (last) {
      const text =
        last.type === 'recalled'
          ? t('message.recalledShort')
          : last.content
            ? systemText(last.content, this.s.i18n, this.s.me)
            : plain(last.excerpt)
      const sender = h.kind === 'direct' || last.type === 'system' ? undefined : last.sender
      preview = sender?.name ? t('list.preview', { name: sender.id === this.s.me ? t('common.you') : sender.name, text }) : text
    }
    return {
      id: h.id,
      kind: h.kind,
      avatar: h.kind === 'direct' ? { id: h.peer?.id ?? h.id, name } : { id: h.id, name },
      name,
      time: this.s.i18n.brief(new Date(last?.sent_at ?? h.updated_at), new Date(this.s.timers.now())),
      preview,
      draft: draft !== '',
      unread: h.unread,
      mentions: h.mentions,
      muted: h.muted,
      pinned: h.pinned,
      unsent: unsent?.failed ? 'failed' : unsent && !online ? 'waiting' : 'none',
    }
  }
}

/** conversationName is what a conversation is called for this person. */
export function conversationName(h: Head): string {
  return h.kind === 'direct' ? (h.peer?.name ?? h.name) : h.name
}
