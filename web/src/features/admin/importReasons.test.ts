import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { I18n } from '../../i18n'
import { loaders } from '../../i18n/loaders'
import { knownReason, reasonText } from './importReasons'

/** The server's source is where the sentences stand: a new one without a text is found here. */
const folder = '../internal/org/importer'

function sentences(): string[] {
  const source = readdirSync(folder)
    .filter((f) => f.endsWith('.go') && !f.endsWith('_test.go'))
    .map((f) => readFileSync(`${folder}/${f}`, 'utf8'))
    .join('\n')
  const out: string[] = []
  for (const [, sentence = ''] of source.matchAll(
    /(?:fail\(.*|Sprintf\(|xinshu\.Invalid, |reason :?= |TooLarge, )"([A-Z][^"]*(?:\\"[^"]*)*)"/g,
  ))
    out.push(sentence.replace(/%d/g, '7').replace(/%q/g, '"x"').replace(/%s/g, 'Big5'))
  return out
}

/** Of requests that the client never makes, and of a refusal as a whole. */
const elsewhere = [/^The query is /, /^The format is /, /^The file has 7 lines that cannot/]

describe('reasonText', () => {
  it('has a text for every sentence of the import', () => {
    const all = sentences()
    expect(all.length).toBeGreaterThan(40)
    expect(all.filter((s) => !knownReason(s) && !elsewhere.some((e) => e.test(s)))).toEqual([])
  })

  it('carries over what a sentence names', async () => {
    const i18n = new I18n(loaders, 'zh-CN')
    await i18n.load('admin')
    expect(reasonText(i18n, 'The code stands in line 12 already.')).toBe('第 12 行已经有了。')
    expect(reasonText(i18n, 'The column "工资" is not known. See the documentation for the names of columns.')).toContain('工资')
    expect(reasonText(i18n, 'Something new.')).toBe('Something new.')
  })
})
