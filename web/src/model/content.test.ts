import { describe, expect, it } from 'vitest'
import { excerptOf, plain, withNames } from './content'
import { sampleMessage } from './samples.test-support'

describe('excerpts', () => {
  it('are one line without the signs of Markdown', () => {
    expect(plain('# 标题\n\n- **一** 和 `二`\n> 引用 [链接](https://x.example)')).toBe('标题 一 和 二 引用 链接')
    expect([...plain('长'.repeat(500))]).toHaveLength(121)
  })

  it('show mentions by name', () => {
    const text = '<@38G7PN13403VJ> 看一下，<@all>'
    expect(withNames(text, (id) => (id === 'all' ? '所有人' : '张伟'))).toBe('@张伟 看一下，@所有人')
    const m = sampleMessage(1, { content: { type: 'text', text }, mentions: [{ id: '38G7PN13403VJ', name: '张伟' }] })
    expect(excerptOf(m)).toBe('@张伟 看一下，@')
  })

  it('of other types are their fallback', () => {
    expect(excerptOf(sampleMessage(1, { content: { type: 'card', fallback: '审批' } }))).toBe('审批')
  })
})
