import { type AdminPerson, admin, type Link, type MembershipDraft, type PersonDraft } from '../../api/admin'
import { ApiError } from '../../api/client'
import {
  organisation as api,
  type CatalogueUse,
  type DepartmentName,
  none,
  type Person,
  type Position,
  type Rank,
} from '../../api/organisation'
import type { Brief } from '../../api/types'
import { Creation } from '../../sync/creation'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'
import { type Faults, faultsOf } from './faults'

export const textFields = ['name', 'name_en', 'login', 'employee_no', 'mobile', 'email', 'location', 'hired_on'] as const
export type TextFieldName = (typeof textFields)[number]

export interface MembershipForm {
  readonly department: DepartmentName & { readonly path?: DepartmentName[] }
  /** Id of the position, "" for none. */
  readonly position: string
  readonly title: string
  readonly primary: boolean
  readonly sort: number
}

/** What the form holds: everything as it is typed. */
export interface PersonForm extends Readonly<Record<TextFieldName, string>> {
  /** Id, "" for none. */
  readonly rank: string
  readonly manager: Brief | null
  readonly memberships: readonly MembershipForm[]
}

export interface PersonFormSnapshot {
  readonly state: 'loading' | 'ready' | 'failed' | 'unknown'
  /** The person as she is stored; undefined while a new one is written. */
  readonly person: Person | undefined
  readonly account: AdminPerson | undefined
  readonly form: PersonForm
  readonly ranks: readonly (Rank & CatalogueUse)[]
  readonly positions: readonly (Position & CatalogueUse)[]
  readonly faults: Faults
  /** Somebody else has changed the person since the form was opened. */
  readonly outdated: boolean
  readonly changed: boolean
  readonly busy: boolean
}

const empty: PersonForm = {
  name: '',
  name_en: '',
  login: '',
  employee_no: '',
  mobile: '',
  email: '',
  location: '',
  hired_on: '',
  rank: '',
  manager: null,
  memberships: [],
}

/** formOf is a person as the form shows her. */
export function formOf(p: Person): PersonForm {
  const texts = Object.fromEntries(textFields.map((f) => [f, p[f] ?? ''])) as Record<TextFieldName, string>
  return {
    ...texts,
    rank: p.rank?.id ?? '',
    manager: p.manager,
    memberships: p.memberships.map((m) => ({
      department: m.department,
      position: m.position?.id ?? '',
      title: m.title ?? '',
      primary: m.primary,
      sort: m.sort,
    })),
  }
}

const fields = [...textFields, 'rank', 'manager', 'memberships'] as const
type FieldName = (typeof fields)[number]

function membershipsOf(form: PersonForm): MembershipDraft[] {
  return form.memberships.map((m) => ({
    department: m.department.id,
    ...(m.position ? { position: m.position } : {}),
    primary: m.primary,
    ...(m.title.trim() ? { title: m.title.trim() } : {}),
    ...(m.sort ? { sort: m.sort } : {}),
  }))
}

/** valueIn is what a field would store: forms differ when these do. */
function valueIn(form: PersonForm, field: FieldName): unknown {
  if (field === 'rank') return form.rank || none
  if (field === 'manager') return form.manager?.id ?? none
  return field === 'memberships' ? membershipsOf(form) : form[field].trim()
}

function draftOf(form: PersonForm): PersonDraft {
  const draft: PersonDraft = { name: form.name.trim(), memberships: membershipsOf(form) }
  for (const field of textFields) {
    const text = form[field].trim()
    if (text) draft[field] = text
  }
  if (form.rank) draft.rank = form.rank
  if (form.manager) draft.manager = form.manager.id
  return draft
}

/** changesOf lists the fields of form that differ from base. */
export function changesOf(base: PersonForm, form: PersonForm): FieldName[] {
  return fields.filter((f) => JSON.stringify(valueIn(base, f)) !== JSON.stringify(valueIn(form, f)))
}

/**
 * PersonFormViewModel writes a new person or changes one. Only what was changed is sent, with the revision it was made from; when
 * somebody else was faster, the reader decides: take the newer state, or lay her changes over it.
 */
export class PersonFormViewModel extends ViewModel<PersonFormSnapshot> {
  #base: PersonForm = empty
  readonly #creation: Creation<PersonDraft>

  constructor(
    private readonly s: Pick<Services, 'api' | 'fail' | 'say' | 'withProof' | 'ids'>,
    /** "" for a new person. */
    private readonly id: string,
    within?: DepartmentName,
  ) {
    const form = within ? withMembership(empty, within) : empty
    super({
      state: 'loading',
      person: undefined,
      account: undefined,
      form,
      ranks: [],
      positions: [],
      faults: {},
      outdated: false,
      changed: false,
      busy: false,
    })
    this.#creation = new Creation(s.ids)
  }

  override start(): () => void {
    void this.load()
    return () => {}
  }

  load = async (): Promise<void> => {
    if (this.snapshot.state !== 'ready') this.merge({ state: 'loading' })
    try {
      const [ranks, positions, person] = await Promise.all([api.ranks(this.s.api), api.positions(this.s.api), this.#person()])
      const account = person && (await this.#account(person))
      this.merge({ ranks: [...ranks.items].reverse(), positions: positions.items, account })
      if (person) this.#take(person, this.snapshot.changed && this.snapshot.person ? 'keep' : 'replace')
      this.merge({ state: 'ready' })
    } catch (e) {
      const unknown = e instanceof ApiError && (e.code === 'not_found' || e.code === 'invalid')
      this.merge({ state: unknown ? 'unknown' : 'failed' })
    }
  }

  async #person(): Promise<Person | undefined> {
    return this.id ? api.person(this.s.api, this.id) : undefined
  }

  /** account finds the state of her account in the list of all. */
  async #account(p: Person): Promise<AdminPerson | undefined> {
    const page = await admin.people(this.s.api, { q: p.login || p.employee_no || p.name, status: '' })
    return page.items.find((x) => x.id === p.id)
  }

  /** take shows a stored person; 'keep' lays what the reader has changed over it. */
  #take(person: Person, mine: 'keep' | 'replace'): void {
    const stored = formOf(person)
    const changes = mine === 'keep' ? changesOf(this.#base, this.snapshot.form) : []
    const form = { ...stored, ...Object.fromEntries(changes.map((field) => [field, this.snapshot.form[field]])) }
    this.#base = stored
    this.merge({ person, form, outdated: false, changed: changesOf(stored, form).length > 0, faults: {} })
  }

  set = (change: Partial<PersonForm>): void => {
    const form = { ...this.snapshot.form, ...change }
    const faults = Object.fromEntries(Object.entries(this.snapshot.faults).filter(([field]) => !(field in change)))
    this.merge({ form, faults, changed: changesOf(this.#base, form).length > 0 })
  }

  addMembership = (department: MembershipForm['department']): void => this.set(withMembership(this.snapshot.form, department))

  changeMembership = (at: number, change: Partial<Omit<MembershipForm, 'primary'>>): void =>
    this.set({ memberships: this.snapshot.form.memberships.map((m, i) => (i === at ? { ...m, ...change } : m)) })

  makePrimary = (at: number): void =>
    this.set({ memberships: this.snapshot.form.memberships.map((m, i) => ({ ...m, primary: i === at })) })

  /** removeMembership keeps that there is a primary one, if any. */
  removeMembership = (at: number): void => {
    const rest = this.snapshot.form.memberships.filter((_, i) => i !== at)
    const has = rest.some((m) => m.primary)
    this.set({ memberships: rest.map((m, i) => (has || i > 0 ? m : { ...m, primary: true })) })
  }

  /** undo shows again what is stored. */
  undo = (): void => this.merge({ form: this.#base, changed: false, faults: {} })

  /** takeNewer answers a conflict: with the stored state, or with one's own changes laid over it. */
  takeNewer = async (mine: 'keep' | 'replace'): Promise<void> => {
    try {
      const person = await this.#person()
      if (person) this.#take(person, mine)
    } catch (e) {
      this.s.fail(e)
    }
  }

  /** save stores the changes; true when they are stored. */
  save = async (): Promise<boolean> => {
    const { form, person } = this.snapshot
    if (!person || !this.#check()) return false
    const body = Object.fromEntries(changesOf(this.#base, form).map((f) => [f, valueIn(form, f)]))
    const stored = await this.#run(() => api.updatePerson(this.s.api, person.id, { ...body, rev: person.rev }))
    if (!stored) return false
    this.#take(stored, 'replace')
    this.s.say('admin.saved')
    return true
  }

  /** create makes the person and returns her activation link, if she still needs one. */
  create = async (): Promise<{ name: string; link: Link | undefined } | undefined> => {
    if (!this.#check()) return undefined
    const draft = draftOf(this.snapshot.form)
    const made = await this.#run(() =>
      this.#creation.run(
        draft,
        () => draft,
        (body) => admin.create(this.s.api, body),
      ),
    )
    return made && { name: draft.name, link: made.link }
  }

  #check(): boolean {
    const { form } = this.snapshot
    const way = [form.login, form.employee_no, form.email, form.mobile].some((v) => v.trim() !== '')
    const faults: Faults = {
      ...(form.name.trim() ? {} : { name: 'missing' }),
      ...(this.id || way ? {} : { login: 'missing' }),
    }
    this.merge({ faults })
    return Object.keys(faults).length === 0
  }

  async #run<T>(act: () => Promise<T>): Promise<T | undefined> {
    this.merge({ busy: true, faults: {} })
    try {
      return await this.s.withProof(act)
    } catch (e) {
      const faults = faultsOf(e)
      if (faults?.rev) this.merge({ outdated: true })
      else if (faults && Object.keys(faults).some((f) => (fields as readonly string[]).includes(f))) this.merge({ faults })
      else this.s.fail(e)
      return undefined
    } finally {
      this.merge({ busy: false })
    }
  }
}

function withMembership(form: PersonForm, department: MembershipForm['department']): PersonForm {
  const added = { department, position: '', title: '', primary: form.memberships.length === 0, sort: 0 }
  return { ...form, memberships: [...form.memberships, added] }
}
