import { messages as api } from '../../api/messages'
import type { Brief, ConversationID } from '../../api/types'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

export interface Reader {
  readonly person: Brief
  /** When she read it, where that is known. */
  readonly at: string | undefined
}

/** Department is the readers of one department; the one with the most people comes first. */
export interface Department {
  readonly name: string
  readonly readers: readonly Reader[]
}

export interface ReceiptsSnapshot {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly tab: 'read' | 'unread'
  readonly read: number
  readonly unread: number
  readonly groups: readonly Department[]
  /** Names that are not loaded yet. */
  readonly more: 'none' | 'there' | 'loading'
}

/** byDepartment groups people; who has no department stands at the end under "". */
export function byDepartment(readers: readonly Reader[]): Department[] {
  const groups = new Map<string, Reader[]>()
  for (const r of readers) groups.set(r.person.department, [...(groups.get(r.person.department) ?? []), r])
  return [...groups]
    .map(([name, list]) => ({ name, readers: list }))
    .sort((a, b) => Number(a.name === '') - Number(b.name === '') || b.readers.length - a.readers.length)
}

/** ReceiptsViewModel names who has read a message and who has not, by department; it follows as people read. */
export class ReceiptsViewModel extends ViewModel<ReceiptsSnapshot> {
  #read: readonly Reader[] = []
  #unread: readonly Reader[] = []
  #cursor: string | null = null
  #chosen = false

  constructor(
    private readonly s: Services,
    private readonly id: ConversationID,
    private readonly seq: number,
  ) {
    super({ state: 'loading', tab: 'read', read: 0, unread: 0, groups: [], more: 'none' })
  }

  override start(): () => void {
    void this.load()
    return follow(this.s.receipts.on(this.id, () => void this.load()))
  }

  choose = (tab: 'read' | 'unread'): void => {
    this.#chosen = true
    this.merge({ tab })
    this.#derive()
  }

  load = (): Promise<void> => this.#ask()

  more = (): void => {
    if (this.snapshot.more === 'there') void this.#ask(this.#cursor ?? undefined)
  }

  async #ask(cursor?: string): Promise<void> {
    if (cursor) this.merge({ more: 'loading' })
    try {
      const page = await api.receipts(this.s.api, this.id, this.seq, 200, cursor)
      const read = page.read.map(({ person, at }) => ({ person, at }))
      const unread = page.unread.map((person) => ({ person, at: undefined }))
      this.#read = cursor ? [...this.#read, ...read] : read
      this.#unread = cursor ? [...this.#unread, ...unread] : unread
      this.#cursor = page.next_cursor
      const tab = this.#chosen ? this.snapshot.tab : page.read_count > 0 ? 'read' : 'unread'
      this.#chosen = true
      this.merge({
        state: 'ready',
        tab,
        read: page.read_count,
        unread: page.unread_count,
        more: page.next_cursor ? 'there' : 'none',
      })
      this.#derive()
    } catch (e) {
      if (this.snapshot.state === 'loading') this.merge({ state: 'failed' })
      else this.s.fail(e)
    }
  }

  #derive(): void {
    this.merge({ groups: byDepartment(this.snapshot.tab === 'read' ? this.#read : this.#unread) })
  }
}
