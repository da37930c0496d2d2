import type { Api } from '../../api/client'
import { type Audience, organisation as api, type Department, type DepartmentID, type PersonItem } from '../../api/organisation'
import type { Brief, PersonID } from '../../api/types'

export interface ChosenDepartment {
  readonly department: Pick<Department, 'id' | 'name' | 'children' | 'people' | 'people_all'>
  /** With all departments below it. */
  readonly subtree: boolean
}

/** Why somebody who was ticked does not come in. */
export type Exclusion = 'choice' | 'member'

/** Selection is who was ticked: departments, single people, and who is left out of the departments. It is immutable. */
export class Selection {
  constructor(
    readonly departments: ReadonlyMap<DepartmentID, ChosenDepartment> = new Map(),
    readonly people: ReadonlyMap<PersonID, Brief> = new Map(),
    readonly left: ReadonlyMap<PersonID, Brief> = new Map(),
  ) {}

  get empty(): boolean {
    return this.departments.size === 0 && this.people.size === 0
  }

  /** above are the departments over one, nearest first; returns the ticked one that brings it in. */
  coveredBy(above: readonly DepartmentID[]): ChosenDepartment | undefined {
    for (const id of above) {
      const chosen = this.departments.get(id)
      if (chosen?.subtree) return chosen
    }
    return undefined
  }

  /** Whether a person who stands in department (with above over it) comes in. */
  hasPerson(id: PersonID, department?: DepartmentID, above: readonly DepartmentID[] = []): boolean {
    if (this.people.has(id)) return true
    return !this.left.has(id) && department !== undefined && this.#covers(department, above)
  }

  #covers(department: DepartmentID, above: readonly DepartmentID[]): boolean {
    return this.departments.has(department) || this.coveredBy(above) !== undefined
  }

  toggleDepartment(department: ChosenDepartment['department'], subtree = true): Selection {
    const departments = new Map(this.departments)
    if (!departments.delete(department.id)) departments.set(department.id, { department, subtree })
    return new Selection(departments, this.people, departments.size === 0 ? new Map() : this.left)
  }

  setSubtree(id: DepartmentID, subtree: boolean): Selection {
    const old = this.departments.get(id)
    if (!old) return this
    return new Selection(new Map(this.departments).set(id, { ...old, subtree }), this.people, this.left)
  }

  /** Ticks or unticks a person; whoever comes in through a department is left out of it. */
  togglePerson(person: Brief, department?: DepartmentID, above: readonly DepartmentID[] = []): Selection {
    const people = new Map(this.people)
    const left = new Map(this.left)
    if (this.hasPerson(person.id, department, above)) {
      people.delete(person.id)
      if (department !== undefined && this.#covers(department, above)) left.set(person.id, person)
    } else {
      left.delete(person.id)
      if (department === undefined || !this.#covers(department, above)) people.set(person.id, person)
    }
    return new Selection(this.departments, people, left)
  }

  removeLast(): Selection {
    const last = [...this.people.keys()].at(-1)
    if (last === undefined) return this
    const people = new Map(this.people)
    people.delete(last)
    return new Selection(this.departments, people, this.left)
  }

  audience(): Audience {
    return {
      departments: [...this.departments].map(([id, d]) => ({ id, subtree: d.subtree && d.department.children > 0 })),
      people: [...this.people.keys()],
    }
  }
}

/** Resolver finds out who exactly a selection is, asking for each department once. */
export class Resolver {
  #known = new Map<string, Promise<PersonItem[]>>()

  constructor(private readonly api: Api) {}

  async resolve(selection: Selection): Promise<Map<PersonID, Brief>> {
    const lists = await Promise.all([...selection.departments].map(([id, d]) => this.#department(id, d.subtree)))
    const out = new Map<PersonID, Brief>(selection.people)
    for (const list of lists) for (const p of list) if (!selection.left.has(p.id) || selection.people.has(p.id)) out.set(p.id, p)
    return out
  }

  #department(id: DepartmentID, subtree: boolean): Promise<PersonItem[]> {
    const key = `${id} ${subtree}`
    const known = this.#known.get(key)
    if (known) return known
    const asked = (async () => {
      const out: PersonItem[] = []
      let cursor: string | null | undefined
      do {
        const page = await api.departmentPeople(this.api, id, subtree, cursor ?? undefined)
        out.push(...page.items)
        cursor = page.next_cursor
      } while (cursor)
      return out
    })()
    this.#known.set(key, asked)
    asked.catch(() => this.#known.delete(key))
    return asked
  }
}
