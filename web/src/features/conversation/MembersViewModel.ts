import { conversations as api } from '../../api/conversations'
import type { ConversationID, Head, Member, MemberRole, PersonID } from '../../api/types'
import { Pages, type PagesState } from '../../model/pages'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

/** What may be done to a member: given a role, or removed. */
export type MemberAct = MemberRole | 'remove'

export interface MemberRow extends Member {
  readonly online: boolean
  readonly acts: readonly MemberAct[]
}

export interface MembersSnapshot {
  readonly query: string
  readonly list: PagesState<MemberRow>
}

const rest = 120 // ms after a key before asking
const rank: Record<MemberRole, number> = { owner: 0, admin: 1, member: 2 }

/** actsOn is what somebody with a role may do to a member with another. */
export function actsOn(mine: Head['role'], theirs: MemberRole): readonly MemberAct[] {
  if (mine === 'owner' && theirs === 'member') return ['admin', 'owner', 'remove']
  if (mine === 'owner' && theirs === 'admin') return ['member', 'owner', 'remove']
  return mine === 'admin' && theirs === 'member' ? ['remove'] : []
}

/** MembersViewModel lists who is in a conversation, owners and admins first; it follows as members and who is online change. */
export class MembersViewModel extends ViewModel<MembersSnapshot> {
  #pages = new Pages<Member>()
  #cancel = () => {}

  constructor(
    private readonly s: Pick<Services, 'api' | 'timers' | 'me' | 'people' | 'conversations' | 'presence' | 'fail'>,
    private readonly id: ConversationID,
  ) {
    super({ query: '', list: { items: [], state: 'loading', more: false, next: 'idle' } })
  }

  override start(): () => void {
    const derive = () => this.#derive()
    let rev = this.#head?.member_rev
    const changed = () => {
      derive()
      if (this.#head?.member_rev === rev) return
      rev = this.#head?.member_rev
      this.reload()
    }
    this.#read(this.snapshot.query)
    return follow(
      this.#pages.store.subscribe(derive),
      this.s.presence.online.subscribe(derive),
      this.s.conversations.list.subscribe(changed),
      () => {
        this.#cancel()
        this.#pages.end()
      },
    )
  }

  write = (query: string): void => {
    this.#cancel()
    this.merge({ query })
    this.#cancel = this.s.timers.after(rest, () => this.#read(query))
  }

  more = (): void => void this.#pages.next()
  reload = (): void => void this.#pages.reload()

  setRole = (person: PersonID, role: MemberRole): Promise<void> =>
    api.setRole(this.s.api, this.id, person, role).then(this.reload, this.s.fail)

  remove = (person: PersonID): Promise<void> => api.removeMember(this.s.api, this.id, person).then(this.reload, this.s.fail)

  get #head(): Head | undefined {
    return this.s.conversations.get(this.id)
  }

  #read(q: string): void {
    const load = async (cursor: string | undefined, signal: AbortSignal) => {
      const page = await api.members(this.s.api, this.id, { q, ...(cursor ? { cursor } : {}) }, signal)
      this.s.people.learn(page.items.map((m) => m.person))
      return page
    }
    void this.#pages.read(load, true)
  }

  #derive(): void {
    const list = this.#pages.store.value
    const online = this.s.presence.online.value
    const mine = this.#head?.role ?? ''
    const items = list.items.map((m) => ({
      ...m,
      online: online.has(m.person.id),
      acts: m.person.id === this.s.me ? [] : actsOn(mine, m.role),
    }))
    // Pages come in the server's order; only what is all there can be put in another.
    if (!list.more) items.sort((a, b) => rank[a.role] - rank[b.role])
    this.merge({ list: { ...list, items } })
  }
}
