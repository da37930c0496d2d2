import { describe, expect, it } from 'vitest'
import { code, composing, prefix, sends, wrap } from './format'
import { decode, encode, openMention, tagFor } from './mentions'

const key = (change: object) => ({
  key: 'Enter',
  keyCode: 13,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
})

describe('the send key', () => {
  it('never sends while an input method composes', () => {
    expect(sends(key({ isComposing: true }), 'enter')).toBe(false)
    expect(sends(key({ keyCode: 229 }), 'enter')).toBe(false) // Safari: isComposing is false already
    expect(composing(key({ keyCode: 229 }))).toBe(true)
    expect(sends(key({ keyCode: 229, ctrlKey: true }), 'mod-enter')).toBe(false)
  })

  it('is Enter or Ctrl+Enter, as chosen', () => {
    expect(sends(key({}), 'enter')).toBe(true)
    expect(sends(key({ shiftKey: true }), 'enter')).toBe(false)
    expect(sends(key({}), 'mod-enter')).toBe(false)
    expect(sends(key({ metaKey: true }), 'mod-enter')).toBe(true)
    expect(sends(key({ key: 'a' }), 'enter')).toBe(false)
  })
})

describe('mentions', () => {
  const zhang = { id: '38G7PN13403VJ', name: '张伟', department: '平台组' }
  const other = { id: '48G7PN13403VJ', name: '张伟', department: '采购部' }
  const long = { id: '58G7PN13403VJ', name: '张伟民', department: '市场部' }

  it('are completed after @ at the caret, not in addresses', () => {
    expect(openMention('你好@zhang', 8)).toEqual({ start: 2, query: 'zhang' })
    expect(openMention('@', 1)).toEqual({ start: 0, query: '' })
    expect(openMention('mail a@b', 8)).toBeUndefined()
    expect(openMention('@张伟 好', 5)).toBeUndefined()
  })

  it('tell namesakes apart', () => {
    const first = tagFor(zhang, [])
    const second = tagFor(other, [first])
    expect([first.label, second.label]).toEqual(['张伟', '张伟(采购部)'])
    const text = `@${first.label} @${second.label} @张伟民`
    expect(encode(text, [first, second, tagFor(long, [])])).toBe(`<@${zhang.id}> <@${other.id}> <@${long.id}>`)
  })

  it('come back for editing as they were', () => {
    const wire = `<@${zhang.id}> 和 <@all>，<@${other.id}>`
    const { text, tags } = decode(wire, [
      { id: zhang.id, name: '张伟' },
      { id: 'all', name: '所有人' },
      { id: other.id, name: '张伟' },
    ])
    expect(text).toContain('@张伟 和 @所有人')
    expect(encode(text, tags)).toBe(wire)
  })

  it('leave alone what was only typed', () => {
    expect(encode('@张伟 你好', [])).toBe('@张伟 你好')
    expect(encode('@a.b', [{ id: 'X', label: 'a+b' }])).toBe('@a.b')
  })
})

describe('format', () => {
  it('wraps and unwraps the selection', () => {
    const bold = wrap({ text: '重要的事', from: 0, to: 2 }, '**')
    expect(bold).toEqual({ text: '**重要**的事', from: 2, to: 4 })
    expect(wrap(bold, '**')).toEqual({ text: '重要的事', from: 0, to: 2 })
  })

  it('marks whole lines', () => {
    const list = prefix({ text: '一\n二', from: 0, to: 3 }, '- ')
    expect(list.text).toBe('- 一\n- 二')
    expect(prefix(list, '- ').text).toBe('一\n二')
  })

  it('makes a block of several lines of code', () => {
    expect(code({ text: 'a\nb', from: 0, to: 3 }).text).toBe('```\na\nb\n```')
    expect(code({ text: 'ab', from: 0, to: 2 }).text).toBe('`ab`')
  })
})
