import { describe, expect, it } from 'vitest'
import { range, sampleMessage } from '../../model/samples.test-support'
import type { Entry } from '../../sync/outbox'
import { dividerFor, type Row, rowsOf } from './rows'
import { reuse, withReaction } from './TimelineViewModel'

const me = { id: 'ME', name: '我' }
const base = { pending: [], atStart: false, atEnd: true, dividerSeq: 0, me }
const shape = (rows: readonly Row[]) =>
  rows.map((r) =>
    r.kind === 'message'
      ? `${r.head ? 'head' : 'follow'} ${r.message.seq}`
      : r.kind === 'system'
        ? `system ${r.message.seq}`
        : r.kind,
  )
const own = { sender: { id: 'ME', kind: 'person', name: '我' } }
const entry = (id: string, state: Entry['state'] = 'waiting'): Entry => ({
  client_id: id,
  conversation_id: 'C',
  text: id,
  created_at: 1_750_000_000_000,
  state,
})

describe('rowsOf', () => {
  it('groups what one person says within five minutes', () => {
    const messages = [
      sampleMessage(1),
      sampleMessage(2),
      sampleMessage(3, own),
      sampleMessage(4, { ...own, sent_at: new Date(1_750_000_000_000 + 20 * 60_000).toISOString() }),
    ]
    expect(shape(rowsOf({ ...base, messages }))).toEqual(['day', 'head 1', 'follow 2', 'head 3', 'head 4'])
  })

  it('begins anew after system messages, quotes and the divider', () => {
    const messages = [
      sampleMessage(1),
      sampleMessage(2, { content: { type: 'system', kind: 'joined' } }),
      sampleMessage(3),
      sampleMessage(4, { reply_to: { seq: 1, sender: { id: 'LI', name: '李娜' }, excerpt: 'x' } }),
      sampleMessage(5),
    ]
    expect(shape(rowsOf({ ...base, messages, dividerSeq: 5 }))).toEqual([
      'day',
      'head 1',
      'system 2',
      'head 3',
      'head 4',
      'unread',
      'head 5',
    ])
  })

  it('marks days in the zone of the reader', () => {
    const at = (d: Date) => ({ sent_at: d.toISOString() })
    const messages = [sampleMessage(1, at(new Date(2026, 10, 22, 23, 59))), sampleMessage(2, at(new Date(2026, 10, 23, 0, 1)))]
    expect(shape(rowsOf({ ...base, messages }))).toEqual(['day', 'head 1', 'day', 'head 2'])
  })

  it('shows unsent messages at the end, only where the end is', () => {
    const messages = range(1, 2)
    const pending = [entry('a'), entry('b')]
    expect(shape(rowsOf({ ...base, messages, pending })).slice(-2)).toEqual(['head 0', 'follow 0'])
    expect(shape(rowsOf({ ...base, messages, pending, atEnd: false }))).not.toContain('head 0')
  })

  it('keeps the key of an own message from the first frame on, and never shows it twice', () => {
    const before = rowsOf({ ...base, messages: [], pending: [entry('a')] })
    const stored = sampleMessage(1, { ...own, client_id: 'a' })
    const after = rowsOf({ ...base, messages: [stored], pending: [entry('a', 'stored')] })
    expect(after.filter((r) => r.kind === 'message').map((r) => r.key)).toEqual(['a'])
    expect(before.at(-1)?.key).toBe('a')
  })
})

describe('dividerFor', () => {
  it('stands before the first unread message of somebody else', () => {
    const messages = [
      sampleMessage(1),
      sampleMessage(2, own),
      sampleMessage(3, { content: { type: 'system' } }),
      sampleMessage(4),
    ]
    expect(dividerFor(messages, 1, 1, 'ME')).toBe(4)
    expect(dividerFor(messages, 1, 0, 'ME')).toBe(0)
    expect(dividerFor(messages, 4, 1, 'ME')).toBe(0)
  })
})

describe('reuse', () => {
  it('keeps the objects of rows that did not change', () => {
    const messages = range(1, 3)
    const first = rowsOf({ ...base, messages })
    const same = reuse(first, rowsOf({ ...base, messages: [...messages] }))
    expect(same).toBe(first)
    const edited = [...messages.slice(0, 2), sampleMessage(3, { rev: 9 })]
    const next = reuse(first, rowsOf({ ...base, messages: edited }))
    expect(next.slice(0, 3)).toEqual(first.slice(0, 3))
    expect(next[1]).toBe(first[1])
    expect(next[3]).not.toBe(first[3])
  })
})

describe('withReaction', () => {
  it('adds, counts and takes away', () => {
    const one = withReaction(sampleMessage(1), '👍', 'ME', true)
    expect(one).toEqual([{ emoji: '👍', count: 1, people: ['ME'] }])
    const m = sampleMessage(1, { reactions: [{ emoji: '👍', count: 2, people: ['LI', 'ME'] }] })
    expect(withReaction(m, '👍', 'ME', false)).toEqual([{ emoji: '👍', count: 1, people: ['LI'] }])
    expect(withReaction({ ...m, reactions: one ?? [] }, '👍', 'ME', false)).toEqual([])
  })
})
