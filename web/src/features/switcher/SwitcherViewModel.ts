import { conversations as conversationApi } from '../../api/conversations'
import { organisation, type PersonItem } from '../../api/organisation'
import type { Head } from '../../api/types'
import { conversationName } from '../conversations/ConversationListViewModel'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

/** Target is one place that can be gone to. */
export type Target =
  | { readonly kind: 'conversation'; readonly key: string; readonly head: Head; readonly name: string; readonly under: string }
  | { readonly kind: 'person'; readonly key: string; readonly person: PersonItem; readonly name: string; readonly under: string }
  | { readonly kind: 'search'; readonly key: 'search'; readonly name: string }

export interface SwitcherSnapshot {
  readonly query: string
  readonly targets: readonly Target[]
  readonly active: number
  /** People are still being asked for. */
  readonly asking: boolean
}

const shown = 8 // of each kind; more is a list, not a switch
const rest = 60 // ms after the second and later keys; the first one asks at once

/** SwitcherViewModel finds where to go: conversations that are held here at once, people from the directory. */
export class SwitcherViewModel extends ViewModel<SwitcherSnapshot> {
  #people: readonly PersonItem[] = []
  #abort = new AbortController()
  #cancel = () => {}
  #askedAt = 0

  constructor(private readonly s: Services) {
    super({ query: '', targets: [], active: 0, asking: false })
    this.#derive()
  }

  override start(): () => void {
    return follow(
      this.s.conversations.list.subscribe(() => this.#derive()),
      () => {
        this.#cancel()
        this.#abort.abort()
      },
    )
  }

  write = (query: string): void => {
    this.#cancel()
    this.#abort.abort()
    const asking = query.trim() !== ''
    if (!asking) this.#people = []
    this.merge({ query, active: 0, asking })
    this.#derive()
    if (!asking) return
    const now = this.s.timers.now()
    const wait = now - this.#askedAt > 300 ? 0 : rest
    this.#askedAt = now
    this.#cancel = this.s.timers.after(wait, () => void this.#ask(query.trim()))
  }

  move = (by: number): void => {
    const n = this.snapshot.targets.length
    if (n > 0) this.merge({ active: (this.snapshot.active + by + n) % n })
  }

  /** Where a target leads; a person's conversation is made when there is none. undefined: it failed. */
  open = async (target: Target | undefined = this.snapshot.targets[this.snapshot.active]): Promise<string | undefined> => {
    if (!target) return undefined
    if (target.kind === 'conversation') return `/c/${target.head.id}`
    if (target.kind === 'search') return `/search?q=${encodeURIComponent(this.snapshot.query.trim())}`
    if (target.person.id === this.s.me) return `/people/p/${target.person.id}`
    try {
      const head = await conversationApi.create(this.s.api, {
        client_id: this.s.ids.next(),
        kind: 'direct',
        members: [target.person.id],
      })
      this.s.messaging.heads([head], false)
      return `/c/${head.id}`
    } catch (e) {
      this.s.fail(e)
      return undefined
    }
  }

  async #ask(q: string): Promise<void> {
    const abort = new AbortController()
    this.#abort = abort
    try {
      const found = await organisation.people(this.s.api, { q, limit: shown }, abort.signal)
      if (abort.signal.aborted) return
      this.#people = found.items
    } catch {
      if (abort.signal.aborted) return
      this.#people = [] // conversations are found all the same; typing on asks again
    }
    this.merge({ asking: false })
    this.#derive()
  }

  #derive(): void {
    const { byId, order } = this.s.conversations.list.value
    const query = this.snapshot.query.trim().toLowerCase()
    const heads = order.flatMap((id) => byId.get(id) ?? [])
    const found = query === '' ? recent(heads) : matching(heads, query)
    const direct = new Map(heads.flatMap((h) => (h.peer ? [[h.peer.id, h] as const] : [])))
    const taken = new Set(found.map((h) => h.id))
    const targets: Target[] = found.map((head) => this.#conversation(head))
    for (const person of query === '' ? [] : this.#people) {
      const head = direct.get(person.id)
      if (head && taken.has(head.id)) continue
      const under = [person.department, person.title || person.position, person.employee_no].filter(Boolean).join(' · ')
      targets.push({ kind: 'person', key: `p${person.id}`, person, name: person.name, under })
    }
    if (query !== '') targets.push({ kind: 'search', key: 'search', name: this.snapshot.query.trim() })
    this.merge({ targets, active: Math.min(this.snapshot.active, Math.max(0, targets.length - 1)) })
  }

  #conversation(head: Head): Target {
    const { t } = this.s.i18n
    const under =
      head.kind === 'direct'
        ? [head.peer?.department, head.peer?.position].filter(Boolean).join(' · ')
        : t(head.kind === 'channel' ? 'info.channel' : 'info.group', { n: head.member_count })
    return { kind: 'conversation', key: `c${head.id}`, head, name: conversationName(head), under }
  }
}

/** recent: what is unread first, then by activity; pinning does not count here. */
function recent(heads: readonly Head[]): Head[] {
  const weight = (h: Head) => (h.mentions > 0 ? 2 : h.unread > 0 && !h.muted ? 1 : 0)
  const at = (h: Head) => h.last_message?.sent_at ?? h.updated_at
  return [...heads].sort((a, b) => weight(b) - weight(a) || (at(a) < at(b) ? 1 : -1)).slice(0, shown)
}

/** matching: names that begin with what was typed before those that contain it; all words must occur. */
function matching(heads: readonly Head[], query: string): Head[] {
  const words = query.split(/\s+/)
  const rated = heads.flatMap((head, i) => {
    const name = conversationName(head).toLowerCase()
    if (!words.every((w) => name.includes(w))) return []
    return [{ head, rate: (name.startsWith(query) ? 0 : 1000) + i }]
  })
  return rated
    .sort((a, b) => a.rate - b.rate)
    .slice(0, shown)
    .map((r) => r.head)
}
