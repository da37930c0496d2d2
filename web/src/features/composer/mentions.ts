import type { Mention } from '../../api/types'
import { mentionPattern } from '../../model/content'

/** Tag is a mention as the writer sees it: @label stands in the field, <@id> is what is sent. */
export interface Tag {
  readonly id: string
  readonly label: string
}

/** openMention is what stands between an @ and the caret: the query of the completion; undefined when there is none. */
export function openMention(text: string, caret: number): { start: number; query: string } | undefined {
  const before = text.slice(0, caret)
  const start = Math.max(before.lastIndexOf('@'), before.lastIndexOf('＠'))
  if (start < 0) return undefined
  const query = before.slice(start + 1)
  // An e-mail address is no mention: before the @ stands nothing, a space, or a character that is no Latin letter or digit.
  if (start > 0 && /[A-Za-z0-9._%+-]/.test(before.charAt(start - 1))) return undefined
  if (query.length > 24 || /[\s@<>，。！？,!?;；:：]/.test(query)) return undefined
  return { start, query }
}

/** tagFor labels a person; a namesake who is already in the text gets her department or the end of her id beside the name. */
export function tagFor(person: { id: string; name: string; department: string }, tags: readonly Tag[]): Tag {
  const taken = (label: string) => tags.some((t) => t.label === label && t.id !== person.id)
  const known = tags.find((t) => t.id === person.id)
  if (known) return known
  const candidates = [person.name, `${person.name}(${person.department})`, `${person.name}(${person.id.slice(-4)})`]
  return { id: person.id, label: candidates.find((c) => !taken(c)) ?? `${person.name}(${person.id})` }
}

/** encode puts <@id> where a known @label stands; longer labels first, so that 张伟 does not cut 张伟民. */
export function encode(text: string, tags: readonly Tag[]): string {
  const byLabel = new Map(tags.map((t) => [t.label, t.id]))
  const labels = [...byLabel.keys()].sort((a, b) => b.length - a.length)
  if (labels.length === 0) return text
  const pattern = new RegExp(`[@＠](${labels.map((l) => l.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'g')
  return text.replace(pattern, (_, label: string) => `<@${byLabel.get(label)}>`)
}

/** decode is the other way, for editing. */
export function decode(text: string, mentions: readonly Mention[]): { text: string; tags: Tag[] } {
  const tags: Tag[] = []
  const decoded = text.replace(mentionPattern, (whole, raw: string) => {
    const id = raw.toLowerCase() === 'all' ? 'all' : raw.toUpperCase()
    const mention = mentions.find((m) => m.id === id)
    if (!mention) return whole
    const tag = tagFor({ id, name: mention.name, department: '' }, tags)
    if (!tags.some((t) => t.id === id)) tags.push(tag)
    return `@${tag.label}`
  })
  return { text: decoded, tags }
}
