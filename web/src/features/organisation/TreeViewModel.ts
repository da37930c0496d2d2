import { organisation as api, type Department, type DepartmentID, type PersonItem } from '../../api/organisation'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

/** One visible row of the tree. key is unique among the rows. */
export type TreeRow = { readonly key: string; readonly level: number; readonly parent: DepartmentID | '' } & (
  | {
      readonly kind: 'department'
      readonly department: Department
      /** undefined: nothing to open. */
      readonly expanded: boolean | undefined
      /** Place among its sisters, from 1, and how many they are. */
      readonly place: number
      readonly of: number
    }
  | { readonly kind: 'person'; readonly person: PersonItem }
  | { readonly kind: 'wait' }
)

export interface TreeSnapshot {
  readonly rows: readonly TreeRow[]
  readonly state: 'loading' | 'ready' | 'failed'
}

interface Branch {
  departments: Department[]
  people: PersonItem[]
  loading: boolean
}

/**
 * TreeViewModel is the organisation as it is opened: branches are asked for when they are first opened and kept. With people,
 * a branch shows those directly in it after the departments below it.
 */
export class TreeViewModel extends ViewModel<TreeSnapshot> {
  /** By the department above; "" is the top. */
  #branches = new Map<DepartmentID | '', Branch>()
  #open = new Set<DepartmentID>()
  #parents = new Map<DepartmentID, DepartmentID | ''>()

  constructor(
    private readonly s: Pick<Services, 'api' | 'fail'>,
    private readonly withPeople = false,
  ) {
    super({ rows: [], state: 'loading' })
  }

  override start(): () => void {
    if (!this.#branches.has('')) void this.#loadTop()
    return follow()
  }

  retry = (): void => {
    this.merge({ state: 'loading' })
    void this.#loadTop()
  }

  async #loadTop(): Promise<void> {
    try {
      await this.#load('')
    } catch {
      this.#branches.delete('')
      this.merge({ state: 'failed' })
      return
    }
    // One company at the top: what is in it is what one came for.
    const top = this.#branches.get('')?.departments ?? []
    this.merge({ state: 'ready' })
    if (top.length === 1 && top[0] && this.#open.size === 0) await this.open(top[0].id)
  }

  isOpen(id: DepartmentID): boolean {
    return this.#open.has(id)
  }

  toggle = (id: DepartmentID): void => {
    if (this.#open.delete(id)) this.#derive()
    else void this.open(id)
  }

  async open(id: DepartmentID): Promise<void> {
    this.#open.add(id)
    if (this.#branches.has(id)) return this.#derive()
    try {
      await this.#load(id)
    } catch (e) {
      this.#branches.delete(id)
      this.#open.delete(id)
      this.#derive()
      this.s.fail(e)
    }
  }

  /** reveal opens everything above a department, so that it is a row. */
  async reveal(id: DepartmentID): Promise<void> {
    if (this.#branches.get(this.#parents.get(id) ?? '-')) return this.#openAbove(id)
    const { path = [] } = await api.department(this.s.api, id)
    for (const step of path.slice(0, -1)) await this.open(step.id)
  }

  #openAbove(id: DepartmentID): void {
    for (let up = this.#parents.get(id); up; up = this.#parents.get(up)) this.#open.add(up)
    this.#derive()
  }

  /** above lists the departments over one that the tree knows, nearest first. */
  above(id: DepartmentID): DepartmentID[] {
    const out: DepartmentID[] = []
    for (let up = this.#parents.get(id); up; up = this.#parents.get(up)) out.push(up)
    return out
  }

  get(id: DepartmentID): Department | undefined {
    return this.#branches.get(this.#parents.get(id) ?? '')?.departments.find((d) => d.id === id)
  }

  /** below lists the departments directly below one that was opened, in order; "" is the top. */
  below(id: DepartmentID | ''): readonly Department[] {
    return this.#branches.get(id)?.departments ?? []
  }

  /** refresh asks again for everything that was opened, and shows it at once: what was moved never stands in two places. */
  async refresh(): Promise<void> {
    const opened = ['' as const, ...this.#open]
    const read = await Promise.all(opened.map((id) => this.#read(id).catch(() => undefined)))
    opened.forEach((id, i) => {
      const branch = read[i]
      if (branch) this.#keep(id, branch)
      else if (id) {
        this.#open.delete(id)
        this.#branches.delete(id)
      }
    })
    this.#derive()
  }

  async #load(id: DepartmentID | ''): Promise<void> {
    const branch: Branch = { departments: [], people: [], loading: true }
    this.#branches.set(id, branch)
    this.#derive()
    this.#keep(id, await this.#read(id, branch))
    this.#derive()
  }

  #keep(id: DepartmentID | '', branch: Branch): void {
    for (const d of branch.departments) this.#parents.set(d.id, id)
    this.#branches.set(id, branch)
  }

  /** read fills a branch; one that is shown already grows page by page. */
  async #read(id: DepartmentID | '', shown?: Branch): Promise<Branch> {
    const branch = shown ?? { departments: [], people: [], loading: true }
    let cursor: string | null | undefined
    do {
      const page = await api.departments(this.s.api, id || undefined, cursor ?? undefined)
      branch.departments.push(...page.items)
      cursor = page.next_cursor
      if (shown) {
        this.#keep(id, branch)
        this.#derive()
      }
    } while (cursor)
    while (this.withPeople && id !== '') {
      const page = await api.departmentPeople(this.s.api, id, false, cursor ?? undefined)
      branch.people.push(...page.items)
      cursor = page.next_cursor
      if (!cursor) break
    }
    branch.loading = false
    return branch
  }

  #derive(): void {
    const rows: TreeRow[] = []
    const walk = (parent: DepartmentID | '', level: number) => {
      const branch = this.#branches.get(parent)
      if (!branch) return
      branch.departments.forEach((department, i) => {
        const leaf = department.children === 0 && !(this.withPeople && department.people > 0)
        const expanded = leaf ? undefined : this.#open.has(department.id)
        rows.push({
          kind: 'department',
          key: department.id,
          level,
          parent,
          department,
          expanded,
          place: i + 1,
          of: branch.departments.length,
        })
        if (expanded) walk(department.id, level + 1)
      })
      for (const person of branch.people) rows.push({ kind: 'person', key: `${parent}/${person.id}`, level, parent, person })
      if (branch.loading) rows.push({ kind: 'wait', key: `${parent}/wait`, level, parent })
    }
    walk('', 1)
    this.merge({ rows })
  }
}
