import {
  organisation as api,
  type CatalogueUse,
  type Position,
  type PositionDraft,
  type Rank,
  type RankDraft,
} from '../../api/organisation'
import { reorder } from '../../model/reorder'
import { Creation } from '../../sync/creation'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'
import { type Faults, faultsOf } from './faults'

export type PositionEntry = Position & CatalogueUse
export type RankEntry = Rank & CatalogueUse
export type Which = 'positions' | 'ranks'

export type CatalogueDialog =
  | { readonly kind: 'create'; readonly which: Which }
  | { readonly kind: 'edit' | 'delete'; readonly which: Which; readonly entry: PositionEntry }

export interface CataloguesSnapshot {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly q: string
  /** Those that q finds, by name. */
  readonly positions: readonly PositionEntry[]
  /** The highest first. */
  readonly ranks: readonly RankEntry[]
  readonly dialog: CatalogueDialog | undefined
  readonly faults: Faults
  readonly busy: boolean
}

/** CataloguesViewModel keeps the catalogues of positions and ranks. */
export class CataloguesViewModel extends ViewModel<CataloguesSnapshot> {
  #all: readonly PositionEntry[] = []
  #asked = 0
  readonly #positions: Creation<PositionDraft>
  readonly #ranks: Creation<RankDraft>

  constructor(private readonly s: Pick<Services, 'api' | 'fail' | 'say' | 'withProof' | 'ids'>) {
    super({ state: 'loading', q: '', positions: [], ranks: [], dialog: undefined, faults: {}, busy: false })
    this.#positions = new Creation(s.ids)
    this.#ranks = new Creation(s.ids)
  }

  override start(): () => void {
    void this.load()
    return () => {}
  }

  load = async (): Promise<void> => {
    const asked = ++this.#asked
    if (this.snapshot.state === 'failed') this.merge({ state: 'loading' })
    try {
      const [positions, ranks] = await Promise.all([api.positions(this.s.api), api.ranks(this.s.api)])
      if (asked !== this.#asked) return
      this.#all = positions.items
      this.merge({ state: 'ready', ranks: [...ranks.items].reverse() })
      this.find(this.snapshot.q)
    } catch {
      if (asked === this.#asked) this.merge({ state: 'failed' })
    }
  }

  find = (q: string): void => {
    const word = q.trim().toLowerCase()
    const positions = this.#all.filter((p) => `${p.name} ${p.code ?? ''}`.toLowerCase().includes(word))
    this.merge({ q, positions })
  }

  open = (dialog: CatalogueDialog): void => this.merge({ dialog, faults: {} })
  close = (): void => this.merge({ dialog: undefined, faults: {} })

  /** save creates or changes what the dialog is about. */
  save = (name: string, code: string): Promise<boolean> => {
    const { dialog, ranks } = this.snapshot
    if (!dialog || dialog.kind === 'delete') return Promise.resolve(false)
    if (!name.trim()) {
      this.merge({ faults: { name: 'missing' } })
      return Promise.resolve(false)
    }
    const body = { name: name.trim(), code: code.trim() }
    return this.#run(() => {
      if (dialog.kind === 'edit')
        return dialog.which === 'positions'
          ? api.updatePosition(this.s.api, dialog.entry.id, body)
          : api.updateRank(this.s.api, dialog.entry.id, body)
      if (dialog.which === 'positions')
        return this.#positions.run(
          body,
          () => body,
          (b) => api.createPosition(this.s.api, b),
        )
      const rank = () => ({ ...body, level: (ranks[0]?.level ?? 0) + 10 })
      return this.#ranks.run(body, rank, (b) => api.createRank(this.s.api, b))
    })
  }

  /** shift moves a rank up (-1) or down (1) in the list, whose first is the highest. */
  shift = (rank: RankEntry, by: -1 | 1): Promise<boolean> => {
    const rising = [...this.snapshot.ranks].reverse()
    const from = rising.findIndex((r) => r.id === rank.id)
    const changes = reorder(
      rising.map((r) => ({ id: r.id, order: r.level })),
      from,
      from - by,
    )
    return this.#run(async () => {
      for (const c of changes) await api.updateRank(this.s.api, c.id, { level: c.order })
    })
  }

  remove = (): Promise<boolean> => {
    const { dialog } = this.snapshot
    if (dialog?.kind !== 'delete') return Promise.resolve(false)
    const { which, entry } = dialog
    return this.#run(() => (which === 'positions' ? api.deletePosition : api.deleteRank)(this.s.api, entry.id))
  }

  async #run(act: () => Promise<unknown>): Promise<boolean> {
    this.merge({ busy: true, faults: {} })
    try {
      await this.s.withProof(act)
      this.merge({ dialog: undefined })
      this.s.say('admin.done')
      return true
    } catch (e) {
      const faults = faultsOf(e)
      if (faults && this.snapshot.dialog) this.merge({ faults })
      else this.s.fail(e)
      return false
    } finally {
      await this.load()
      this.merge({ busy: false })
    }
  }
}
