import { admin, type CompanySettings, type SettingValues } from '../../api/admin'
import type { Services } from '../kit/services'
import { ViewModel } from '../kit/ViewModel'
import { faultsOf } from './faults'

export const durations = ['edit_window_ms', 'recall_window_ms', 'session_idle_ms', 'session_absolute_ms'] as const
export type DurationName = (typeof durations)[number]

const minute = 60_000
export const unitLength = { minute, hour: 60 * minute, day: 24 * 60 * minute } as const
export type Unit = keyof typeof unitLength
export const units: readonly Unit[] = ['minute', 'hour', 'day']

/** A duration as it is typed. */
export interface Duration {
  readonly amount: string
  readonly unit: Unit
}

export interface CompanyForm extends Readonly<Record<DurationName, Duration>> {
  readonly company_name: string
  readonly default_locale: string
  readonly separate_admin_roles: boolean
}

/** What is wrong with a field before it is sent. */
export type SettingFault = 'name' | 'number' | 'range' | 'idle' | 'refused'

export interface CompanySnapshot {
  readonly state: 'loading' | 'ready' | 'failed'
  readonly form: CompanyForm | undefined
  readonly defaults: SettingValues | undefined
  readonly faults: Readonly<Partial<Record<keyof SettingValues, SettingFault>>>
  readonly changed: boolean
  readonly busy: boolean
}

/** The bounds of the server (internal/settings/values.go), in milliseconds. */
const most = 366 * unitLength.day
const leastSession = 15 * minute

/** durationOf writes milliseconds in the largest unit that divides them. */
export function durationOf(ms: number): Duration {
  const unit = [...units].reverse().find((u) => ms > 0 && ms % unitLength[u] === 0) ?? 'minute'
  return { amount: String(Math.round((ms / unitLength[unit]) * 1000) / 1000), unit }
}

/** millisOf reads a duration; undefined when it is none. */
export function millisOf({ amount, unit }: Duration): number | undefined {
  if (!/^\d{1,9}([.,]\d{1,3})?$/.test(amount.trim())) return undefined
  return Math.round(Number(amount.trim().replace(',', '.')) * unitLength[unit])
}

function formOf(v: SettingValues): CompanyForm {
  return {
    company_name: v.company_name,
    default_locale: v.default_locale,
    separate_admin_roles: v.separate_admin_roles,
    edit_window_ms: durationOf(v.edit_window_ms),
    recall_window_ms: durationOf(v.recall_window_ms),
    session_idle_ms: durationOf(v.session_idle_ms),
    session_absolute_ms: durationOf(v.session_absolute_ms),
  }
}

/** CompanyViewModel changes what is the same for everybody. Only what differs is sent. */
export class CompanyViewModel extends ViewModel<CompanySnapshot> {
  #stored: CompanySettings | undefined

  constructor(private readonly s: Pick<Services, 'api' | 'fail' | 'say' | 'withProof'>) {
    super({ state: 'loading', form: undefined, defaults: undefined, faults: {}, changed: false, busy: false })
  }

  override start(): () => void {
    void this.load()
    return () => {}
  }

  load = async (): Promise<void> => {
    this.merge({ state: 'loading' })
    try {
      this.#take(await admin.settings(this.s.api))
    } catch {
      this.merge({ state: 'failed' })
    }
  }

  #take(stored: CompanySettings): void {
    this.#stored = stored
    this.merge({ state: 'ready', form: formOf(stored), defaults: stored.defaults, faults: {}, changed: false })
  }

  set = (change: Partial<CompanyForm>): void => {
    if (!this.snapshot.form) return
    const form = { ...this.snapshot.form, ...change }
    this.merge({ form })
    const { values, faults } = this.#read(form)
    this.merge({ faults, changed: Object.keys(faults).length > 0 || Object.keys(this.#changes(values)).length > 0 })
  }

  /** reset puts the default into a field; it is stored with the others. */
  reset = (name: keyof SettingValues): void => {
    const { defaults } = this.snapshot
    if (defaults) this.set({ [name]: formOf(defaults)[name] })
  }

  undo = (): void => {
    if (this.#stored) this.#take(this.#stored)
  }

  /** isDefault says whether a field holds what applies before anybody changes it. */
  isDefault(name: keyof SettingValues): boolean {
    const { form, defaults } = this.snapshot
    if (!form || !defaults) return true
    return this.#read(form).values[name] === defaults[name]
  }

  save = async (): Promise<boolean> => {
    const { form } = this.snapshot
    if (!form) return false
    const { values, faults } = this.#read(form)
    this.merge({ faults })
    if (Object.keys(faults).length > 0) return false
    this.merge({ busy: true })
    try {
      this.#take(await this.s.withProof(() => admin.saveSettings(this.s.api, this.#changes(values))))
      this.s.say('admin.saved')
      return true
    } catch (e) {
      const refused = faultsOf(e)
      if (refused) this.merge({ faults: Object.fromEntries(Object.keys(refused).map((f) => [f, 'refused' as const])) })
      else this.s.fail(e)
      return false
    } finally {
      this.merge({ busy: false })
    }
  }

  #changes(values: Partial<SettingValues>): Partial<SettingValues> {
    const stored = this.#stored
    return Object.fromEntries(Object.entries(values).filter(([name, v]) => stored && stored[name as keyof SettingValues] !== v))
  }

  #read(form: CompanyForm): { values: Partial<SettingValues>; faults: CompanySnapshot['faults'] } {
    const faults: Partial<Record<keyof SettingValues, SettingFault>> = {}
    const values: Partial<SettingValues> = {
      company_name: form.company_name.trim(),
      default_locale: form.default_locale,
      separate_admin_roles: form.separate_admin_roles,
    }
    const length = [...form.company_name.trim()].length
    if (length === 0 || length > 128) faults.company_name = 'name'
    for (const name of durations) {
      const ms = millisOf(form[name])
      const least = name.startsWith('session') ? leastSession : 0
      if (ms === undefined) faults[name] = 'number'
      else if (ms < least || ms > most) faults[name] = 'range'
      else values[name] = ms
    }
    if ((values.session_idle_ms ?? 0) > (values.session_absolute_ms ?? most)) faults.session_idle_ms = 'idle'
    return { values, faults }
  }
}
