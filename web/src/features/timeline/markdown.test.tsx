import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { describe, expect, it } from 'vitest'
import { type MarkdownContext, renderMarkdown, safeLink } from './markdown'

const li = '38G7PN13403VJ'
const context: MarkdownContext = { me: 'ME', mention: (id) => (id === li ? '李娜' : id === 'all' ? '所有人' : undefined) }

function render(text: string): HTMLElement {
  const root = document.createElement('div')
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  act(() => createRoot(root).render(renderMarkdown(text, context)))
  return root
}

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](vbscript:msgbox(1))',
  '[x](//evil.example/x)',
  '[x](/logout)',
  '![x](https://evil.example/pixel.png)',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  '<a href="https://x.example" onclick="alert(1)">x</a>',
  '`<b>` <b onmouseover=alert(1)>b</b>',
  '"><script>alert(1)</script>',
  '<@38G7PN13403VJ"><script>alert(1)</script>',
  '<@ALL\u0000>',
  '<iframe src="https://evil.example"></iframe>',
  '<style>*{display:none}</style>',
  '{{constructor.constructor("alert(1)")()}}',
  'https://x.example/"onmouseover="alert(1)',
]

describe('renderMarkdown', () => {
  it.each(hostile)('makes nothing dangerous of %j', (text) => {
    const root = render(text)
    expect(root.querySelector('script, img, svg, iframe, style, object, embed, form, input, link, meta, base')).toBeNull()
    for (const el of root.querySelectorAll('*')) {
      for (const { name } of el.attributes) expect(['class', 'href', 'target', 'rel', 'start', 'data-person']).toContain(name)
    }
    for (const a of root.querySelectorAll('a')) {
      expect(a.getAttribute('href')).toMatch(/^(https?|mailto|tel):/)
      expect(a.rel).toContain('noopener')
    }
  })

  it('shows what it does not render as text', () => {
    expect(render('<b>fett</b>').textContent).toBe('<b>fett</b>')
    expect(render('&lt; &copy;').textContent).toBe('&lt; &copy;')
    expect(render('![alt](https://x.example/p.png)').textContent).toContain('alt')
  })

  it('renders the subset', () => {
    const root = render(
      '# 标题\n\n**粗** *斜* ~~删~~ `码`\n换行\n\n- 一\n- 二\n\n3. 三\n\n> 引\n\n```js\nlet x\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |',
    )
    expect(root.querySelector('h1')).toBeNull()
    for (const tag of ['strong', 'em', 's', 'code', 'br', 'ul li', 'ol[start="3"]', 'blockquote', 'pre code', 'table td']) {
      expect(root.querySelector(tag), tag).not.toBeNull()
    }
    expect(root.querySelector('pre')?.textContent).toBe('let x')
  })

  it('names known mentions only, and none in code', () => {
    const root = render(`<@${li}> <@all> <@0000000000000> \`<@${li}>\``)
    expect([...root.querySelectorAll('[data-person]')].map((e) => e.textContent)).toEqual(['@李娜', '@所有人'])
    expect(root.textContent).toContain('<@0000000000000>')
    expect(root.querySelector('code')?.textContent).toBe(`<@${li}>`)
  })

  it('links addresses in Chinese text', () => {
    const a = render('请看 https://wiki.example.com/a?b=1 谢谢').querySelector('a')
    expect(a?.getAttribute('href')).toBe('https://wiki.example.com/a?b=1')
  })

  it.each([
    ['quotes', `${'> '.repeat(2_000)}x`],
    ['lists', Array.from({ length: 500 }, (_, i) => `${'  '.repeat(i % 100)}- x`).join('\n')],
    ['emphasis', '*a **b '.repeat(2_000)],
    ['brackets', '['.repeat(8_000)],
    ['links', '[a](<b'.repeat(2_000)],
    ['backticks', `${'`'.repeat(7_999)}x${'`'.repeat(7_999)}`],
    ['mentions', '<@'.repeat(8_000)],
  ])('bears %s beyond reason', (_, text) => {
    const start = performance.now()
    const root = render(text.slice(0, 16_000))
    expect(root.textContent?.length).toBeGreaterThan(0)
    expect(performance.now() - start).toBeLessThan(2_000) // ms; a quadratic case takes far longer
  })
})

describe('safeLink', () => {
  it('lets the web, mail and telephone pass', () => {
    expect(safeLink('https://x.example/a')).toBe('https://x.example/a')
    expect(safeLink('mailto:a@b.example')).toBe('mailto:a@b.example')
    for (const bad of ['javascript:1', 'data:,x', 'file:///etc/passwd', 'blob:x', '/relative', 'x', ''])
      expect(safeLink(bad)).toBeUndefined()
  })
})
