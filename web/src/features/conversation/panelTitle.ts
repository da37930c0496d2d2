import type { Translate } from '../../i18n'

/** What the right panel can show for a conversation; "receipts:12" and "person:ID" carry what they are about. */
export function panelTitle(top: string, t: Translate): string {
  const [kind] = top.split(':')
  if (kind === 'members') return t('members.title')
  if (kind === 'pins') return t('pins.title')
  if (kind === 'receipts') return t('receipts.title')
  if (kind === 'search') return t('conversation.search')
  if (kind === 'person') return t('person.title')
  return t('info.title')
}
