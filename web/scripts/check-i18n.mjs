// check-i18n.mjs: both languages have every text with the same places, every code of the server has a text, no text is unused and
// no view has a text of its own. That keys are the same in both languages the types hold too; this says more, and in words.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const problems = []

function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? files(join(dir, e.name)) : [join(dir, e.name)],
  )
}

function catalogue(locale) {
  const texts = new Map()
  for (const file of files(join(root, 'src/i18n', locale))) {
    const source = readFileSync(file, 'utf8')
    for (const [, quoted, bare, single, double] of source.matchAll(
      /^ {2}(?:'([^']+)'|(\w+)):\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"),$/gm,
    )) {
      const key = quoted ?? bare
      if (texts.has(key)) problems.push(`${locale}: ${key} stands in two catalogues`)
      texts.set(key, single ?? double)
    }
  }
  return texts
}

const zh = catalogue('zh-CN')
const en = catalogue('en')
if (zh.size < 100) problems.push(`only ${zh.size} texts found: the catalogues are not written as this script reads them`)

/** The names of the places of a text. A plural that shows no number ("is", "are") chooses words only and is no place. */
function places(text) {
  const names = new Set()
  const rest = text.replace(/\{(\w+), plural,((?: (?:=\d+|\w+) \{[^{}]*\})+)\}/g, (_, name, forms) => {
    if (forms.includes('#')) names.add(name)
    return ''
  })
  for (const [, name] of rest.matchAll(/\{(\w+)\}/g)) names.add(name)
  return [...names].sort().join(' ')
}
for (const [key, text] of zh) {
  const other = en.get(key)
  if (other === undefined) problems.push(`en lacks ${key}`)
  else if (places(text) !== places(other)) problems.push(`${key}: places differ: {${places(text)}} and {${places(other)}}`)
  if (text.trim() === '' || other?.trim() === '') problems.push(`${key} is empty`)
  if (other !== undefined && /\p{Script=Han}/u.test(other)) problems.push(`en: ${key} has Chinese characters`)
}
for (const key of en.keys()) if (!zh.has(key)) problems.push(`zh-CN lacks ${key}`)

// Codes of the server: its own list is the authority.
const codes = [...readFileSync(join(root, '../errors.go'), 'utf8').matchAll(/Code = "(\w+)"/g)].map((m) => m[1])
if (codes.length < 20) problems.push('errors.go: the codes are not where this script looks for them')
const typed = readFileSync(join(root, 'src/api/types.ts'), 'utf8')
for (const code of codes) {
  if (!zh.has(`error.${code}`)) problems.push(`no text for the code ${code} (error.${code})`)
  if (!typed.includes(`'${code}'`)) problems.push(`src/api/types.ts lacks the code ${code}`)
}

// Where texts are used, and texts that stand in views.
const sources = files(join(root, 'src')).filter((f) => /\.tsx?$/.test(f) && !/\.test[.-]|\/i18n\/(zh-CN|en)\//.test(f))
const all = sources.map((f) => readFileSync(f, 'utf8')).join('\n')
const made = [...all.matchAll(/`([a-z]+(?:\.[A-Za-z-]+)*\.)\$\{/g)].map((m) => m[1]) // keys made from data, such as `error.${code}`
for (const key of zh.keys()) {
  if (!all.includes(`'${key}'`) && !made.some((prefix) => key.startsWith(prefix))) problems.push(`${key} is used nowhere`)
}
for (const file of sources) {
  if (file.includes('/i18n/')) continue
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      const code = line.replace(/\/\/.*$/, '').replace(/^\s*(\/?\*|\{\/\*).*$/, '')
      if (/\p{Script=Han}/u.test(code)) problems.push(`${relative(root, file)}:${i + 1}: a text outside the catalogues`)
      if (
        /\.tsx$/.test(file) &&
        />\s*[A-Za-z][a-z]+( [a-z]+)*[.…!?]?\s*</.test(code) &&
        !/=>|<[A-Z]\w*>\w|: |\bPromise</.test(code)
      )
        problems.push(`${relative(root, file)}:${i + 1}: a text outside the catalogues`)
      if (/\b(aria-label|title|placeholder|label)="[A-Za-z]/.test(code))
        problems.push(`${relative(root, file)}:${i + 1}: a text outside the catalogues`)
    })
}

if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`i18n: ${zh.size} texts in two languages, ${codes.length} codes`)
