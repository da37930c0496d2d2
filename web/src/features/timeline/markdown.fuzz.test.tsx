import { isValidElement, type ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { type MarkdownContext, renderMarkdown } from './markdown'

const li = '38G7PN13403VJ'
const context: MarkdownContext = { me: li, mention: (id) => (id === li ? '李娜' : id === 'all' ? '所有人' : undefined) }

/** random is a generator with a seed (mulberry32), so that a failure can be played again. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const pieces = [
  '*',
  '**',
  '_',
  '__',
  '~~',
  '`',
  '``',
  '```',
  '~~~',
  '[',
  ']',
  '(',
  ')',
  '](',
  '![',
  '<',
  '>',
  '<@',
  `<@${li}>`,
  '<@all>',
  '<!--',
  '-->',
  '> ',
  '- ',
  '+ ',
  '1. ',
  '99999999999. ',
  '# ',
  '---',
  '===',
  '|',
  '|-|-|',
  ':-:',
  '\\',
  '&',
  '&#x0;',
  '&lt;',
  '&colon;',
  '\n',
  '\n\n',
  '\r\n',
  '\t',
  '    ',
  ' ',
  '\u0000',
  '\ufeff',
  '\u202e',
  '\ud800',
  '😀',
  '中文',
  '税',
  'word',
  'https://x.example/a',
  'http://',
  'javascript:alert(1)',
  'JAVASCRIPT&colon;alert(1)',
  'data:text/html,<b>',
  'mailto:a@b.example',
  'tel:1',
  'vbscript:x',
  '//evil.example',
  'blob:x',
  '<script>',
  '</script>',
  '<img src=x onerror=x>',
  '"',
  "'",
  '{{7*7}}',
  'a@b.example',
]

const tags = new Set([
  'p',
  'ul',
  'ol',
  'li',
  'blockquote',
  'strong',
  'em',
  's',
  'a',
  'div',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'br',
  'code',
  'pre',
  'hr',
  'span',
])
const attributes = new Set(['children', 'className', 'href', 'target', 'rel', 'onClick', 'start', 'data-person'])

/** look walks what was made: the elements and attributes we make ourselves, addresses that may be followed, else text. */
function look(node: ReactNode, source: string): string {
  if (node === null || node === undefined || typeof node === 'boolean') return ''
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map((n: ReactNode) => look(n, source)).join('')
  if (!isValidElement<Record<string, unknown>>(node)) throw new Error(`unknown node for ${JSON.stringify(source)}`)
  const { type, props } = node
  expect(typeof type === 'string' && tags.has(type), `${String(type)} for ${JSON.stringify(source)}`).toBe(true)
  for (const name of Object.keys(props)) expect(attributes.has(name), `${name} for ${JSON.stringify(source)}`).toBe(true)
  if (typeof props.href === 'string') {
    expect(['https:', 'http:', 'mailto:', 'tel:'], JSON.stringify(source)).toContain(new URL(props.href).protocol)
    expect(props.rel).toContain('noopener')
  }
  if ('onClick' in props) expect(typeof props.onClick).toBe('function')
  return look(props.children as ReactNode, source)
}

describe('any text', { timeout: 300_000 }, () => {
  it('becomes nothing but our own elements, and no word of it vanishes', () => {
    const next = random(20261130)
    for (let i = 0; i < 4000; i++) {
      let source = ''
      const words: string[] = []
      for (let n = 1 + next(30); n > 0; n--) {
        if (next(4) === 0) {
          const word = `w${words.length}x`
          words.push(word)
          source += word
        } else source += pieces[next(pieces.length)] ?? ''
      }
      const text = look(renderMarkdown(source, context), source)
      const missing = words.filter((word) => !text.includes(word) && !hidden(source, word))
      expect(missing, JSON.stringify(source)).toEqual([])
    }
  })

  it('takes work in proportion to its length', () => {
    const worst = [
      '[',
      '![',
      '](',
      '[](',
      '*',
      '**a ',
      '*a_ ',
      '_a*',
      '`',
      '``a',
      '<',
      '<@',
      '<@all',
      '> ',
      '>',
      '- ',
      '1. ',
      ' - a\n',
      '|a',
      '|a|\n|-|\n',
      '\\',
      '&',
      '&#',
      '~~',
      '~~a~',
      'http://',
      'http://a/(',
      'www.',
      'a@',
      'a@b.',
      '"',
      '[a](b "',
      '```\n',
      '# ',
      '\n',
      ' ',
      '\t',
      '![[]()',
      '<a ',
      '[a]:b\n',
      '**_',
      'tel:',
      '中',
      '税http://',
    ]
    for (const unit of worst) {
      const work = (length: number) => {
        const source = unit.repeat(Math.floor(length / unit.length))
        return counted(() => look(renderMarkdown(source, context), unit))
      }
      // Four times the length: four times the work, sixteen times where it is quadratic.
      expect(work(16_000) / work(4_000), JSON.stringify(unit)).toBeLessThan(6)
    }
  })
})

/** hidden says whether a word stands where Markdown shows no text: in the address of a link, or as a fence's language. */
function hidden(source: string, word: string): boolean {
  const at = source.indexOf(word)
  const before = source.slice(0, at)
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1)
  return /\]\(/.test(before) || /(```|~~~)/.test(line) || /[^\n]*\|/.test(line)
}

/**
 * counted returns how many characters fn looks at: one by one, and by searches for a text or an expression up to where they end.
 * Time is no measure: it belongs to the machine and to what else it does.
 */
function counted(fn: () => void): number {
  let n = 0
  const { charCodeAt, indexOf } = String.prototype
  const { exec } = RegExp.prototype
  String.prototype.charCodeAt = function (at) {
    n++
    return charCodeAt.call(this, at)
  }
  String.prototype.indexOf = function (what, from = 0) {
    const at = indexOf.call(this, what, from)
    n += (at < 0 ? this.length : at) - from
    return at
  }
  RegExp.prototype.exec = function (text) {
    const from = this.sticky || this.global ? this.lastIndex : 0
    const found = exec.call(this, text)
    n += found ? found.index + found[0].length - from : this.sticky ? 1 : text.length - from
    return found
  }
  try {
    fn()
  } finally {
    Object.assign(String.prototype, { charCodeAt, indexOf })
    RegExp.prototype.exec = exec
  }
  return n
}
