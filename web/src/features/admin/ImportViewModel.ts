import { type Act, admin, type Diff, type DiffItem, type Preview } from '../../api/admin'
import { ApiError } from '../../api/client'
import type { Code } from '../../api/types'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'

export type ImportStep = 'choose' | 'reading' | 'preview' | 'applying' | 'done'

/** Why a step ended without what was wanted; reason is the server's sentence about the file as a whole. */
export interface ImportFailure {
  readonly code: Code | 'network' | 'size' | 'kind' | 'stopped' | 'changed' | 'expired'
  readonly reason: string
}

export interface ImportSnapshot {
  readonly step: ImportStep
  readonly file: { readonly name: string; readonly size: number } | undefined
  /** The file is the complete list: who was imported and is not in it leaves. */
  readonly replace: boolean
  readonly preview: Preview | undefined
  readonly shown: Act | 'all'
  readonly items: readonly DiffItem[]
  readonly failure: ImportFailure | undefined
  /** 0 to 1 while it is applied; undefined before the server says it. */
  readonly progress: number | undefined
  readonly stopping: boolean
  /** What was written. */
  readonly result: Diff | undefined
}

const largest = 256 * 1024 * 1024 // bytes, as xinshu.MaxImport
/** What a refusal means when a plan is applied. */
const meanings: Partial<Record<Code, ImportFailure['code']>> = { gone: 'stopped', conflict: 'changed', not_found: 'expired' }

const askEvery = 400 // ms between questions how far an import is

const fresh = {
  step: 'choose',
  preview: undefined,
  shown: 'all',
  items: [],
  failure: undefined,
  progress: undefined,
  stopping: false,
  result: undefined,
} as const

/**
 * ImportViewModel reads a file of the organisation: preview first, then all or nothing. A preview belongs to one file and one
 * meaning of it: whatever changes either takes the preview away.
 */
export class ImportViewModel extends ViewModel<ImportSnapshot> {
  #file: File | undefined
  #reading = new AbortController()
  #cancelAsking = () => {}

  constructor(private readonly s: Pick<Services, 'api' | 'timers' | 'withProof'>) {
    super({ ...fresh, file: undefined, replace: false })
  }

  override start(): () => void {
    return () => {
      this.#reading.abort()
      this.#cancelAsking()
    }
  }

  choose = (file: File | undefined): void => {
    if (this.snapshot.step === 'applying') return
    this.#forget()
    this.#file = undefined
    this.merge({ file: file && { name: file.name, size: file.size } })
    if (!file) return
    if (!/\.(csv|json|txt)$/i.test(file.name)) this.#fail('kind')
    else if (file.size > largest) this.#fail('size')
    else this.#file = file
  }

  setReplace = (replace: boolean): void => {
    if (this.snapshot.step === 'applying' || replace === this.snapshot.replace) return
    this.#forget()
    this.merge({ replace })
  }

  /** again goes back to the choice of a file. */
  again = (): void => this.choose(undefined)

  show = (shown: Act | 'all'): void => {
    const all = this.snapshot.preview?.diff.items ?? []
    this.merge({ shown, items: shown === 'all' ? all : all.filter((x) => x.act === shown) })
  }

  /** look sends the file and shows what it would change. */
  look = async (): Promise<void> => {
    const file = this.#file
    if (!file || this.snapshot.step === 'applying') return
    this.#forget()
    const { signal } = this.#reading
    this.merge({ step: 'reading' })
    try {
      const format = file.name.toLowerCase().endsWith('.json') ? 'json' : 'csv'
      const preview = await this.s.withProof(() => admin.preview(this.s.api, file, format, this.snapshot.replace, signal))
      if (signal.aborted) return
      this.merge({ step: 'preview', preview })
      this.show('all')
    } catch (e) {
      if (signal.aborted) return
      this.merge({ step: 'choose' })
      this.#failed(e)
    }
  }

  /** cancel stops what runs: reading at once; writing is undone by the server. */
  cancel = async (): Promise<void> => {
    if (this.snapshot.step === 'reading') return this.#forget()
    if (this.snapshot.step !== 'applying' || this.snapshot.stopping) return
    this.merge({ stopping: true })
    await admin.stopImport(this.s.api).catch(() => this.merge({ stopping: false })) // the answer of apply says how it ended
  }

  apply = async (): Promise<void> => {
    const plan = this.snapshot.preview?.plan
    if (!plan || this.snapshot.step !== 'preview') return
    this.merge({ step: 'applying', failure: undefined, progress: undefined, stopping: false })
    this.#ask()
    try {
      const { diff } = await this.s.withProof(() => admin.apply(this.s.api, plan))
      this.merge({ step: 'done', result: diff, preview: undefined, items: [] })
      this.#file = undefined
    } catch (e) {
      // The plan is used up, and the organisation may be another one: only a new preview can be applied.
      this.merge({ step: 'choose', preview: undefined, items: [] })
      this.#failed(e, true)
    } finally {
      this.#cancelAsking()
      this.merge({ stopping: false })
    }
  }

  #ask(): void {
    this.#cancelAsking = this.s.timers.after(askEvery, () => {
      void admin
        .importState(this.s.api)
        .then(
          ({ running, done, total }) => running && total > 0 && this.merge({ progress: done / total }),
          () => {}, // the next question may be answered
        )
        .then(() => {
          if (this.snapshot.step === 'applying') this.#ask()
        })
    })
  }

  #forget(): void {
    this.#reading.abort()
    this.#reading = new AbortController()
    this.merge(fresh)
  }

  #fail(code: ImportFailure['code'], reason = ''): void {
    this.merge({ failure: { code, reason } })
  }

  #failed(e: unknown, applying = false): void {
    if (!(e instanceof ApiError)) this.#fail('network')
    else this.#fail((applying && meanings[e.code]) || e.code, e.title)
  }
}
