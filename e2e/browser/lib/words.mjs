// words.mjs: what the client says, read from its own catalogues, so that one walk through it works in every language.
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../../web/src/i18n/', import.meta.url)
const entry = /^\s*'([\w.-]+)':\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"),?$/gm

/**
 * words returns a function from a key of the catalogues to its text. A text with {parts} becomes a pattern that accepts any part
 * that is not given.
 * @param {'zh-CN' | 'en'} locale
 * @returns {(key: string, parts?: Record<string, string>) => string | RegExp}
 */
export function words(locale) {
  const texts = new Map()
  for (const file of readdirSync(new URL(`${locale}/`, folder))) {
    const source = readFileSync(new URL(`${locale}/${file}`, folder), 'utf8').replace(/:\n\s+(['"])/g, ': $1')
    for (const [, key, single, double] of source.matchAll(entry)) texts.set(key, (single ?? double).replace(/\\(.)/g, '$1'))
  }
  return (key, parts = {}) => {
    const text = texts.get(key)
    if (text === undefined) throw new Error(`the catalogue ${locale} has no plain text '${key}'`)
    if (!text.includes('{')) return text
    return new RegExp(`^${pieces(text).map((x) => (x.open ? (quoted(parts[x.text]) ?? '.*') : quoted(x.text))).join('')}$`, 's')
  }
}

/** pieces cuts a text at its outermost braces; what stood in them is open. */
function pieces(text) {
  const found = [{ text: '', open: false }]
  let depth = 0
  for (const c of text) {
    const cuts = (c === '{' && depth++ === 0) || (c === '}' && --depth === 0)
    if (cuts) found.push({ text: '', open: c === '{' })
    else found.at(-1).text += c
  }
  return found
}

const quoted = (text) => text?.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
