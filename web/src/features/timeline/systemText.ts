import type { Announcement } from '../../api/types'
import type { I18n } from '../../i18n'
import { withNames } from '../../model/content'

/** systemText says in the reader's language what happened; a kind that is not known shows the server's fallback. */
export function systemText(said: Announcement, i18n: I18n, me: string): string {
  const key = `system.${said.kind}`
  if (!i18n.has(key)) return withNames(said.fallback, () => undefined)
  type Named = { id: string; name: string }
  const nameOf = (p: Named | undefined, you: 'common.you' | 'system.you') => (p?.id === me ? i18n.t(you) : (p?.name ?? ''))
  const people = said.people ?? []
  const count = said.count ?? people.length
  const begins = said.kind === 'joined' || said.kind === 'left' // these sentences begin with the people
  const shown = people.slice(0, 8).map((p) => nameOf(p, begins ? 'common.you' : 'system.you'))
  const names = new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(shown)
  const role = i18n.has(`role.${said.role}`) ? i18n.t(`role.${said.role}` as 'role.owner') : ''
  return i18n.t(key, {
    actor: nameOf(said.actor, 'common.you'),
    people: count > shown.length ? i18n.t('system.andMore', { names, n: count }) : names,
    n: count,
    name: said.name ?? '',
    purpose: said.purpose ?? '',
    role,
  })
}
