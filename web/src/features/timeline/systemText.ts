import type { Announcement } from '../../api/types'
import type { I18n } from '../../i18n'
import { withNames } from '../../model/content'

/** systemText says in the reader's language what happened; a kind that is not known shows the server's fallback. */
export function systemText(said: Announcement, i18n: I18n, me: string): string {
  const key = `system.${said.kind}`
  if (!i18n.has(key)) return withNames(said.fallback, () => undefined)
  const nameOf = (p: { id: string; name: string } | undefined) => (p?.id === me ? i18n.t('common.you') : (p?.name ?? ''))
  const people = said.people ?? []
  const count = said.count ?? people.length
  const shown = people.slice(0, 8).map(nameOf)
  const names = new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(shown)
  const role = i18n.has(`role.${said.role}`) ? i18n.t(`role.${said.role}` as 'role.owner') : ''
  return i18n.t(key, {
    actor: nameOf(said.actor),
    people: count > shown.length ? i18n.t('system.andMore', { names, n: count }) : names,
    n: count,
    name: said.name ?? '',
    purpose: said.purpose ?? '',
    role,
  })
}
