import { organisation as api, type DepartmentID, type PersonItem } from '../../api/organisation'
import type { Brief, PersonID } from '../../api/types'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'
import { type TreeRow, TreeViewModel } from '../organisation/TreeViewModel'
import { type ChosenDepartment, type Exclusion, Resolver, Selection } from './Selection'

export interface PickerSnapshot {
  readonly selection: Selection
  /** How many come in; undefined while that is being counted for the first time. */
  readonly count: number | undefined
  readonly counting: boolean
  readonly excluded: readonly { readonly person: Brief; readonly why: Exclusion }[]
  readonly query: string
  /** Who was found; undefined while asking. */
  readonly found: readonly PersonItem[] | undefined
}

export interface PickerOptions {
  /** Who is in already: counted out, and shown as such. */
  members?: ReadonlyMap<PersonID, Brief>
  departments?: readonly ChosenDepartment['department'][]
}

/** What one request may name. */
export const perRequest = 1_000

const rest = 120 // ms after a change before asking

/** PickerViewModel chooses people and departments together and says who that is. */
export class PickerViewModel extends ViewModel<PickerSnapshot> {
  readonly tree: TreeViewModel
  readonly #resolver: Resolver
  #cancelCount = () => {}
  #cancelFind = () => {}
  #abort = new AbortController()
  #round = 0

  constructor(
    private readonly s: Services,
    private readonly options: PickerOptions = {},
  ) {
    const departments = new Map((options.departments ?? []).map((d) => [d.id, { department: d, subtree: true }]))
    super({
      selection: new Selection(departments),
      count: options.members ? 0 : 1,
      counting: false,
      excluded: [],
      query: '',
      found: undefined,
    })
    this.tree = new TreeViewModel(s, true)
    this.#resolver = new Resolver(s.api)
  }

  override start(): () => void {
    if (!this.snapshot.selection.empty) this.#choose(this.snapshot.selection)
    for (const id of this.snapshot.selection.departments.keys()) this.tree.reveal(id).catch(() => {})
    return follow(this.tree.start(), () => {
      this.#cancelCount()
      this.#cancelFind()
      this.#abort.abort()
    })
  }

  find = (query: string): void => {
    this.#cancelFind()
    this.#abort.abort()
    this.merge({ query, ...(this.snapshot.query === '' ? { found: undefined } : {}) })
    if (query.trim() === '') return
    this.#cancelFind = this.s.timers.after(rest, () => {
      this.#abort = new AbortController()
      const { signal } = this.#abort
      api.people(this.s.api, { q: query.trim(), limit: 30 }, signal).then(
        (page) => this.merge({ found: page.items }),
        (e) => {
          if (!signal.aborted) this.s.fail(e)
        },
      )
    })
  }

  isMember(id: PersonID): boolean {
    return id === this.s.me || (this.options.members?.has(id) ?? false)
  }

  tick = (row: TreeRow): void => {
    const { selection } = this.snapshot
    if (row.kind === 'person' && row.parent !== '') {
      if (!this.isMember(row.person.id)) this.#choose(selection.togglePerson(row.person, row.parent, this.tree.above(row.parent)))
    } else if (row.kind === 'department' && !selection.coveredBy(this.tree.above(row.key))) {
      this.#choose(selection.toggleDepartment(row.department))
    }
  }

  togglePerson = (person: Brief): void => {
    if (!this.isMember(person.id)) this.#choose(this.snapshot.selection.togglePerson(person))
  }

  removeDepartment = (id: DepartmentID): void => {
    const chosen = this.snapshot.selection.departments.get(id)
    if (chosen) this.#choose(this.snapshot.selection.toggleDepartment(chosen.department))
  }

  setSubtree = (id: DepartmentID, subtree: boolean): void => this.#choose(this.snapshot.selection.setSubtree(id, subtree))

  removeLast = (): void => this.#choose(this.snapshot.selection.removeLast())

  /** Takes somebody in again who was left out. */
  include = (person: Brief): void => {
    const { departments, people, left } = this.snapshot.selection
    const rest = new Map(left)
    rest.delete(person.id)
    this.#choose(new Selection(departments, people, rest))
  }

  /** Everybody who comes in, without members and whoever was left out. */
  async resolve(): Promise<PersonID[]> {
    const all = await this.#resolver.resolve(this.snapshot.selection)
    return [...all.keys()].filter((id) => !this.isMember(id))
  }

  #choose(selection: Selection): void {
    const people = [...selection.left.values()].map((person) => ({ person, why: 'choice' as const }))
    this.merge({ selection, counting: true, excluded: [...people, ...this.snapshot.excluded.filter((x) => x.why === 'member')] })
    this.#cancelCount()
    this.#cancelCount = this.s.timers.after(rest, () => void this.#count(++this.#round))
  }

  async #count(round: number): Promise<void> {
    const { selection } = this.snapshot
    const { members } = this.options
    try {
      let count: number
      let inside: Brief[] = []
      if (members || selection.left.size > 0) {
        const all = await this.#resolver.resolve(selection)
        inside = [...all.values()].filter((p) => members?.has(p.id))
        count = [...all.keys()].filter((id) => !this.isMember(id)).length + (members ? 0 : 1)
      } else {
        // Asked with oneself, who is in anyway: whether a department brings one in makes no difference.
        const { departments, people } = selection.audience()
        const answer = await api.preview(this.s.api, { departments, people: [...people.slice(0, perRequest - 1), this.s.me] })
        count = answer.count
      }
      if (round !== this.#round) return
      const left = [...selection.left.values()].map((person) => ({ person, why: 'choice' as const }))
      this.merge({ count, counting: false, excluded: [...left, ...inside.map((person) => ({ person, why: 'member' as const }))] })
    } catch (e) {
      if (round !== this.#round) return
      this.merge({ counting: false })
      this.s.fail(e)
    }
  }
}
