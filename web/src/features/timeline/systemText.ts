import type { Message } from '../../api/types'
import type { I18n } from '../../i18n'
import { withNames } from '../../model/content'

interface Named {
  id?: string
  name?: string
}

const listOf = (value: unknown): Named[] =>
  Array.isArray(value) ? value.filter((x): x is Named => typeof x === 'object' && x !== null) : []

/** systemText says in the reader's language what happened; a kind that is not known shows the server's fallback. */
export function systemText(message: Message, i18n: I18n, me: string): string {
  const { content } = message
  const key = `system.${content.kind ?? ''}`
  if (!i18n.has(key)) return withNames(content.fallback ?? '', () => undefined)
  const you = i18n.t('common.you')
  const nameOf = (p: Named | undefined) => (p?.id === me ? you : (p?.name ?? ''))
  const actor = (content.actor as Named | undefined) ?? message.sender
  const people = listOf(content.people)
  const count = Number(content.count ?? people.length)
  const shown = people.slice(0, 8).map(nameOf)
  const names = new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(shown)
  const role =
    typeof content.role === 'string' && i18n.has(`role.${content.role}`) ? i18n.t(`role.${content.role}` as 'role.owner') : ''
  return i18n.t(key, {
    actor: nameOf(actor),
    people: count > shown.length ? i18n.t('system.andMore', { names, n: count }) : names,
    n: count,
    name: String(content.name ?? ''),
    purpose: String(content.purpose ?? ''),
    role,
  })
}
