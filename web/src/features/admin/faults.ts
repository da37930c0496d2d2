import { ApiError } from '../../api/client'
import type { Code } from '../../api/types'
import type { I18n } from '../../i18n'
import { errorText } from '../kit/errors'

/** Faults says what is wrong with which field of a form: nothing stands there, or the server's code (conflict: it is taken). */
export type Faults = Readonly<Partial<Record<string, Code | 'missing'>>>

/** faultsOf reads the fields of a refusal; undefined when it is not about fields. */
export function faultsOf(error: unknown): Faults | undefined {
  if (!(error instanceof ApiError) || error.fields.length === 0) return undefined
  return Object.fromEntries(error.fields.map((f) => [f.field.replace(/^(body|query)\./, '').replace(/[[.].*$/, ''), error.code]))
}

/** faultText is what people read below a field; undefined when nothing is wrong with it. */
export function faultText(i18n: I18n, faults: Faults, field: string): string | undefined {
  const code = faults[field]
  if (!code) return undefined
  const key = `admin.fault.${field}.${code}`
  return i18n.has(key) ? i18n.t(key) : errorText(new ApiError(code === 'missing' ? 'invalid' : code, 0, ''), i18n)
}
