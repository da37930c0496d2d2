import type { ConversationID, Head } from '../../api/types'
import { plain } from '../../model/content'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

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
    return follow(this.s.conversations.list.subscribe(derive), this.s.drafts.all.subscribe(derive), this.s.i18n.subscribe(derive))
  }

  choose = (filter: 'all' | 'unread'): void => {
    this.#kept.clear()
    this.merge({ filter })
    this.#derive()
  }

  /** The id n places further in the list as it is shown. */
  neighbour(id: ConversationID | undefined, by: number): ConversationID | undefined {
    const { items } = this.snapshot
    const at = items.findIndex((i) => i.id === id)
    return items[at < 0 ? 0 : at + by]?.id
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
    let preview = ''
    if (draft) preview = plain(draft)
    else if (last) {
      const text =
        last.type === 'recalled' ? t('message.recalledShort') : last.type === 'system' ? t('list.system') : last.excerpt
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
    }
  }
}

/** conversationName is what a conversation is called for this person. */
export function conversationName(h: Head): string {
  return h.kind === 'direct' ? (h.peer?.name ?? h.name) : h.name
}
