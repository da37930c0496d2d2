import { ApiError } from '../../api/client'
import type { I18n } from '../../i18n'

/** errorText is what people read about a failure: the catalogue's words for its code, never the server's sentence. */
export function errorText(error: unknown, i18n: I18n): string {
  if (error instanceof ApiError) {
    const key = `error.${error.code}`
    return i18n.has(key) ? i18n.t(key, { seconds: error.retryAfter || 5 }) : i18n.t('error.internal')
  }
  return i18n.t('error.network')
}
