import { describe, expect, it } from 'vitest'
import { excerptAround } from './excerpt'

/** found searches the way the server answers: every place where a term stands. Marked parts come back in 【】. */
function found(text: string, ...terms: string[]): string {
  const ranges = terms
    .flatMap((term) => [...text.matchAll(new RegExp(term, 'gi'))].map((m) => ({ start: m.index, end: m.index + m[0].length })))
    .sort((a, b) => a.start - b.start)
  const parts = excerptAround(text, ranges, (id) => (id === '38G7PN13403VJ' ? '李娜' : undefined))
  return parts.map((p) => (p.marked ? `【${p.text}】` : p.text)).join('')
}

describe('what a search shows of a text', () => {
  it.each([
    ['**预算**已批准', '【预算】已批准'],
    ['**2027 年预算** 和 `预算.xlsx`', '2027 年【预算】 和 【预算】.xlsx'],
    ['# 预算\n\n- 第一项\n- 预算表', '【预算】 第一项 【预算】表'],
    ['见 [预算表](https://x.example/预算.xlsx)', '见 【预算】表'],
    ['[表](https://x.example/预算.xlsx) 在这里', '表 在这里'],
    ['> 预算\n\n<@38G7PN13403VJ> 预算', '【预算】 @李娜 【预算】'],
    ['```预算\n预算 = 1\n```', '【预算】 = 1'],
    ['~~预算~~ __预算__', '【预算】 【预算】'],
    ['没有', '没有'],
  ])('of %j is %j', (text, shown) => {
    expect(found(text, '预算')).toBe(shown)
  })

  it('marks across signs that stand between the letters', () => {
    expect(found('预**算**表', '预\\*\\*算')).toBe('【预算】表')
  })

  it('begins shortly before what was found, and ends', () => {
    const shown = found(`${'前'.repeat(9000)}预算${'后'.repeat(9000)}`, '预算')
    expect(shown).toMatch(/^…前{40}【预算】后+…$/)
    expect([...shown].length).toBeLessThan(250)
  })

  it('keeps marks in order when the text has their signs of its own', () => {
    expect(found('\ufdd1a\ufdd0 预算', '预算')).toBe('a 【预算】')
  })
})
