import { organisation as api, type Department, type DepartmentDraft, none } from '../../api/organisation'
import { reorder } from '../../model/reorder'
import { Creation } from '../../sync/creation'
import type { Services } from '../kit/services'
import { follow, ViewModel } from '../kit/ViewModel'
import { TreeViewModel } from '../organisation/TreeViewModel'
import { type Faults, faultsOf } from './faults'

export type DepartmentDialog =
  /** parent undefined: at the top. */
  | { readonly kind: 'create'; readonly parent: Department | undefined }
  | { readonly kind: 'edit' | 'delete'; readonly department: Department }
  /** to undefined: not chosen yet; null: the top. */
  | { readonly kind: 'move'; readonly department: Department; readonly to: Department | null | undefined }

export interface DepartmentsSnapshot {
  readonly dialog: DepartmentDialog | undefined
  readonly faults: Faults
  readonly busy: boolean
  /** The department that is looked at, with its path. */
  readonly shown: Department | undefined
  readonly shownState: 'none' | 'loading' | 'ready' | 'failed'
}

/** DepartmentsViewModel changes the tree of departments: one act at a time, after which everything that was opened is read again. */
export class DepartmentsViewModel extends ViewModel<DepartmentsSnapshot> {
  readonly tree: TreeViewModel
  #shown = ''
  readonly #creation: Creation<DepartmentDraft>

  constructor(private readonly s: Pick<Services, 'api' | 'fail' | 'say' | 'withProof' | 'ids'>) {
    super({ dialog: undefined, faults: {}, busy: false, shown: undefined, shownState: 'none' })
    this.tree = new TreeViewModel(s)
    this.#creation = new Creation(s.ids)
  }

  override start(): () => void {
    return follow(this.tree.start())
  }

  /** look shows a department beside the tree; "" shows none. */
  look = async (id: string): Promise<void> => {
    this.#shown = id
    if (!id) return this.merge({ shown: undefined, shownState: 'none' })
    if (this.snapshot.shown?.id !== id) this.merge({ shown: this.tree.get(id), shownState: 'loading' })
    try {
      const [department] = await Promise.all([api.department(this.s.api, id), this.tree.reveal(id)])
      if (this.#shown === id) this.merge({ shown: department, shownState: 'ready' })
    } catch {
      if (this.#shown === id) this.merge({ shown: undefined, shownState: 'failed' })
    }
  }

  open = (dialog: DepartmentDialog): void => this.merge({ dialog, faults: {} })
  close = (): void => this.merge({ dialog: undefined, faults: {} })

  /** target chooses where a department is moved to; null is the top. */
  target = (to: Department | null): void => {
    const { dialog } = this.snapshot
    if (dialog?.kind === 'move') this.merge({ dialog: { ...dialog, to }, faults: {} })
  }

  /** mayReceive says whether a department may be moved to a place: not below itself, and not where it is. */
  mayReceive(moved: Department, to: string): boolean {
    return to !== moved.id && to !== (moved.parent ?? '') && !this.tree.above(to).includes(moved.id)
  }

  create = (name: string, code: string): Promise<boolean> => {
    const { dialog } = this.snapshot
    if (dialog?.kind !== 'create') return Promise.resolve(false)
    const parent = dialog.parent?.id
    const make = (): DepartmentDraft => {
      const sisters = this.tree.below(parent ?? '')
      const last = sisters[sisters.length - 1]
      return {
        name: name.trim(),
        ...(parent ? { parent } : {}),
        ...(code.trim() ? { code: code.trim() } : {}),
        ...(last ? { sort: last.sort + 10 } : {}),
      }
    }
    return this.#run(async () => {
      await this.#creation.run([parent, name, code], make, (body) => api.createDepartment(this.s.api, body))
      if (parent) await this.tree.open(parent)
    }, name)
  }

  edit = (name: string, code: string): Promise<boolean> => {
    const { dialog } = this.snapshot
    if (dialog?.kind !== 'edit') return Promise.resolve(false)
    const old = dialog.department
    return this.#run(
      () =>
        api.updateDepartment(this.s.api, old.id, {
          ...(name.trim() === old.name ? {} : { name: name.trim() }),
          ...(code.trim() === (old.code ?? '') ? {} : { code: code.trim() }),
        }),
      name,
    )
  }

  move = (): Promise<boolean> => {
    const { dialog } = this.snapshot
    if (dialog?.kind !== 'move' || dialog.to === undefined) return Promise.resolve(false)
    const to = dialog.to?.id
    return this.#run(async () => {
      const sisters = this.tree.below(to ?? '')
      const last = sisters[sisters.length - 1]
      await api.updateDepartment(this.s.api, dialog.department.id, { parent: to ?? none, sort: last ? last.sort + 10 : 0 })
      if (to) await this.tree.open(to)
    })
  }

  /** shift moves a department up (-1) or down (1) among its sisters. */
  shift = async (d: Department, by: -1 | 1): Promise<void> => {
    const sisters = this.tree.below(d.parent ?? '')
    const from = sisters.findIndex((x) => x.id === d.id)
    const changes = reorder(
      sisters.map((x) => ({ id: x.id, order: x.sort })),
      from,
      from + by,
    )
    await this.#run(async () => {
      for (const c of changes) await api.updateDepartment(this.s.api, c.id, { sort: c.order })
    })
  }

  remove = (): Promise<boolean> => {
    const { dialog } = this.snapshot
    if (dialog?.kind !== 'delete') return Promise.resolve(false)
    return this.#run(() => api.deleteDepartment(this.s.api, dialog.department.id))
  }

  async #run(act: () => Promise<unknown>, name?: string): Promise<boolean> {
    if (name !== undefined && !name.trim()) {
      this.merge({ faults: { name: 'missing' } })
      return false
    }
    this.merge({ busy: true, faults: {} })
    try {
      await this.s.withProof(act)
      await this.tree.refresh()
      this.merge({ dialog: undefined })
      this.s.say('admin.done')
      return true
    } catch (e) {
      const faults = faultsOf(e)
      if (faults && this.snapshot.dialog) this.merge({ faults })
      else this.s.fail(e)
      await this.tree.refresh() // it may be that somebody else has changed the tree
      return false
    } finally {
      if (this.#shown) await this.look(this.#shown)
      this.merge({ busy: false })
    }
  }
}
