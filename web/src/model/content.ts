import type { Message } from '../api/types'

export const isSystem = (m: Message): boolean => m.content.type === 'system'
export const isRecalled = (m: Message): boolean => m.content.type === 'recalled' || Boolean(m.recalled_at)

/** A mention as it stands in a text: <@ID> or <@all>. */
export const mentionPattern = /<@(all|[0-9A-HJKMNP-TV-Z]{13})>/gi

/** withNames puts names where a text has mentions; unknown ids keep a bare @. */
export function withNames(text: string, name: (id: string) => string | undefined): string {
  return text.replace(mentionPattern, (_, id: string) => `@${name(id === 'all' ? id : id.toUpperCase()) ?? ''}`)
}

/** excerptOf is one line for lists and quotes: no Markdown signs, mentions by name. */
export function excerptOf(m: Message): string {
  if (m.content.type !== 'text') return m.content.fallback ?? ''
  const names = new Map((m.mentions ?? []).map((x) => [x.id as string, x.name]))
  return plain(withNames(m.content.text ?? '', (id) => names.get(id)))
}

/** plain takes Markdown's signs off a text and keeps the beginning of it. */
export function plain(text: string, length = 120): string {
  const line = withoutSigns(text.slice(0, length * 8)) // the rest cannot matter
  const characters = [...line]
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : line
}

/** withoutSigns makes one line of a text without the signs of Markdown. */
export function withoutSigns(text: string): string {
  return text
    .replace(/^\s*(```|~~~).*$/gm, '')
    .replace(/^\s{0,3}(#{1,6}|>|[-*+]|\d+[.)])\s+/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|~~|`)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
