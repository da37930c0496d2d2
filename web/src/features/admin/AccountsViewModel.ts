import { type AdminPerson, admin, type Link, type PeopleFilter, type Status } from '../../api/admin'
import type { DepartmentName } from '../../api/organisation'
import type { Role } from '../../api/types'
import { Pages, type PagesState } from '../../model/pages'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'

export type AccountDialog =
  | { readonly kind: 'suspend' | 'endSessions' | 'depart' | 'roles'; readonly person: AdminPerson }
  | { readonly kind: 'link'; readonly name: string; readonly link: Link }

export interface AccountsSnapshot {
  readonly q: string
  readonly status: Status | ''
  readonly department: DepartmentName | undefined
  readonly list: PagesState<AdminPerson>
  readonly dialog: AccountDialog | undefined
  readonly busy: boolean
  /** Rises with every act that was carried out: what shows one of these people is to be read again. */
  readonly acts: number
}

export type AccountServices = Pick<Services, 'api' | 'fail' | 'say' | 'timers' | 'withProof'>

const askAfter = 150 // ms of rest before a word is looked for

/** AccountsViewModel lists people with the state of their accounts, and does what only system administrators may. */
export class AccountsViewModel extends ViewModel<AccountsSnapshot> {
  #pages = new Pages<AdminPerson>()
  #cancel = () => {}

  constructor(private readonly s: AccountServices) {
    super({
      q: '',
      status: '',
      department: undefined,
      list: { items: [], state: 'loading', more: false, next: 'idle' },
      dialog: undefined,
      busy: false,
      acts: 0,
    })
  }

  override start(): () => void {
    const end = this.#pages.store.subscribe(() => this.merge({ list: this.#pages.store.value }))
    this.#read()
    return follow(
      end,
      () => this.#pages.end(),
      () => this.#cancel(),
    )
  }

  find = (q: string): void => {
    this.merge({ q })
    this.#cancel()
    this.#cancel = this.s.timers.after(askAfter, () => this.#read())
  }

  show = (change: { status?: Status | ''; department?: DepartmentName | undefined }): void => {
    this.merge(change)
    this.#cancel()
    this.#read()
  }

  /** clear takes all conditions away. */
  clear = (): void => {
    this.merge({ q: '' })
    this.show({ status: '', department: undefined })
  }

  more = (): void => void this.#pages.next()
  reload = (): void => void this.#pages.reload()

  #read(): void {
    const { q, status, department } = this.snapshot
    const filter: PeopleFilter = { q: q.trim(), status, department: department?.id }
    void this.#pages.read((cursor, signal) => admin.people(this.s.api, filter, cursor, signal))
  }

  open = (dialog: AccountDialog): void => this.merge({ dialog })
  close = (): void => this.merge({ dialog: undefined })

  suspend = (p: AdminPerson): Promise<boolean> => this.#act(() => admin.act(this.s.api, p.id, 'suspend'))
  endSessions = (p: AdminPerson): Promise<boolean> => this.#act(() => admin.endSessions(this.s.api, p.id))
  setRoles = (p: AdminPerson, roles: readonly Role[]): Promise<boolean> =>
    this.#act(() => admin.setRoles(this.s.api, p.id, roles))

  /** restore lets a person in again; whoever has no password any more gets a link to choose one. */
  restore = async (p: AdminPerson): Promise<void> => {
    if ((await this.#act(() => admin.act(this.s.api, p.id, 'restore'))) && !p.has_password) await this.makeLink(p, 'activation')
  }

  /** A link of the kind that the person needs. */
  makeLink = async (p: { id: string; name: string }, kind: Link['kind']): Promise<void> => {
    await this.#act(async () => {
      const link = await admin.link(this.s.api, p.id, kind)
      this.merge({ dialog: { kind: 'link', name: p.name, link } })
    }, false)
  }

  /** done is told by dialogs that carry out an act themselves. */
  done = (dialog?: AccountDialog): void => {
    this.merge({ dialog, acts: this.snapshot.acts + 1 })
    this.reload()
  }

  async #act(act: () => Promise<unknown>, finished = true): Promise<boolean> {
    this.merge({ busy: true })
    try {
      await this.s.withProof(act)
      if (finished) this.s.say('admin.done')
      this.done(finished ? undefined : this.snapshot.dialog)
      return true
    } catch (e) {
      this.s.fail(e)
      return false
    } finally {
      this.merge({ busy: false })
    }
  }
}
