import { type AuditFilter, type AuditRecord, admin } from '../../api/admin'
import { none, organisation } from '../../api/organisation'
import type { Brief } from '../../api/types'
import { Pages, type PagesState } from '../../model/pages'
import { pickDay, startOf } from '../../ui/days'
import { conversationName } from '../conversations/ConversationListViewModel'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

/** Kinds of acts that can be asked for: beginnings of actions. */
export const auditKinds = [
  'person.',
  'role.',
  'link.',
  'password.',
  'session.',
  'department.',
  'position.',
  'rank.',
  'org.',
  'settings.',
  'conversation.',
] as const
export type AuditKind = (typeof auditKinds)[number]

export interface AuditSnapshot {
  readonly person: Brief | null
  /** Acts on this person. */
  readonly object: Brief | null
  readonly kind: AuditKind | ''
  /** Days in the reader's zone, as 2026-03-01; "" is open. */
  readonly from: string
  readonly to: string
  readonly list: PagesState<AuditRecord>
  /** Names of what records are about, by kind:id. */
  readonly names: ReadonlyMap<string, string>
  readonly opened: AuditRecord | undefined
}

const idShape = /^[0-9A-HJKMNP-TV-Z]{13}$/

/** objectsOf lists what a record names besides its person: its object and ids in its detail, as kind:id. */
export function objectsOf(r: AuditRecord): string[] {
  const out: string[] = []
  if (r.person) out.push(`person:${r.person}`)
  if (r.object) out.push(r.object)
  const { parent, from, to, person, heir } = r.detail ?? {}
  if (r.action.startsWith('department.'))
    for (const id of [parent, from, to]) if (typeof id === 'string' && id !== none) out.push(`department:${id}`)
  for (const id of [person, heir]) if (typeof id === 'string' && idShape.test(id)) out.push(`person:${id}`)
  return out
}

/** AuditViewModel reads the trail, newest first, with filters, and finds out the names of what it speaks of. */
export class AuditViewModel extends ViewModel<AuditSnapshot> {
  #pages = new Pages<AuditRecord>()
  #asked = new Set<string>()

  constructor(private readonly s: Pick<Services, 'api' | 'people' | 'conversations'>) {
    super({
      person: null,
      object: null,
      kind: '',
      from: '',
      to: '',
      list: { items: [], state: 'loading', more: false, next: 'idle' },
      names: new Map(),
      opened: undefined,
    })
  }

  override start(): () => void {
    const end = this.#pages.store.subscribe(() => {
      this.merge({ list: this.#pages.store.value })
      this.#name()
    })
    this.#read()
    return follow(end, () => this.#pages.end())
  }

  show = (change: Partial<Pick<AuditSnapshot, 'person' | 'object' | 'kind' | 'from' | 'to'>>): void => {
    this.merge({ ...change, opened: undefined })
    this.#read()
  }

  /** Chooses a day: the second one makes a span of it. */
  pick = (day: string): void => {
    const { from, to } = this.snapshot
    const { after, before } = pickDay({ after: from, before: to }, day)
    this.show({ from: after, to: before })
  }

  clear = (): void => this.show({ person: null, object: null, kind: '', from: '', to: '' })

  get filtered(): boolean {
    const { person, object, kind, from, to } = this.snapshot
    return !!(person || object || kind || from || to)
  }

  open = (opened: AuditRecord | undefined): void => this.merge({ opened })
  more = (): void => void this.#pages.next()
  reload = (): void => void this.#pages.reload()

  #read(): void {
    const { person, object, kind, from, to } = this.snapshot
    const filter: AuditFilter = {
      ...(person ? { person: person.id } : {}),
      ...(object ? { object: `person:${object.id}` } : {}),
      action: kind,
      after: startOf(from),
      before: startOf(to, 1),
    }
    void this.#pages.read((cursor, signal) => admin.audit(this.s.api, filter, cursor, signal))
  }

  /** name asks, once each, what the things on the page are called. */
  #name(): void {
    const found = new Map<string, string>()
    for (const r of this.snapshot.list.items) {
      const name = r.detail?.name // as it was called then: also of what is gone; the newest one counts
      if (r.object && typeof name === 'string' && !found.has(r.object)) found.set(r.object, name)
    }
    const objects = new Set(this.snapshot.list.items.flatMap(objectsOf))
    for (const object of objects) {
      const [kind, id = ''] = object.split(':')
      const known = kind === 'person' ? this.s.people.name(id) : kind === 'conversation' ? this.#conversation(id) : undefined
      if (known) found.set(object, known)
      if (known || this.#asked.has(object) || !idShape.test(id)) continue
      this.#asked.add(object)
      if (kind === 'person') void organisation.person(this.s.api, id).then((p) => this.#learn(object, p.name), gone)
      else if (kind === 'department' && !found.has(object))
        void organisation.department(this.s.api, id).then((d) => this.#learn(object, d.name), gone)
    }
    this.#learnAll(found)
  }

  /** What a conversation of one's own is called; of others the trail tells it. */
  #conversation(id: string): string | undefined {
    const head = this.s.conversations.get(id)
    return head && conversationName(head)
  }

  #learn(object: string, name: string): void {
    this.#learnAll(new Map([[object, name]]))
  }

  #learnAll(found: ReadonlyMap<string, string>): void {
    const { names } = this.snapshot
    if ([...found].every(([object, name]) => names.get(object) === name)) return
    this.merge({ names: new Map([...names, ...found]) })
  }
}

const gone = () => {} // what is gone keeps its number
