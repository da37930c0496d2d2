// sizes.mjs: gzip weight of the JavaScript that each screen needs before it can be used, against its gate (design: interface,
// "Weight and speed"). Reads the build's manifest; run by `npm run build`.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('manifest.json', dist), 'utf8'))
const weights = new Map()
const weigh = (file) => {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length)
  return weights.get(file)
}

/** Every chunk that key needs, itself included. */
function closure(key, seen = new Set()) {
  if (seen.has(key) || !manifest[key]) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) closure(next, seen)
  return seen
}

const screens = [
  { name: 'login', gate: 60, entries: ['index.html', 'src/features/entry/entryView.ts', 'src/i18n/zh-CN/entry.ts'] },
  {
    name: 'first conversation',
    gate: 150,
    entries: [
      'index.html',
      'src/app/App.tsx',
      'src/app/compose.ts',
      'src/features/conversations/MessagesPage.tsx',
      'src/i18n/zh-CN/entry.ts',
      'src/i18n/zh-CN/chat.ts',
    ],
  },
]
let failed = false
for (const { name, gate, entries } of screens) {
  const keys = new Set()
  for (const entry of entries) {
    if (!manifest[entry]) {
      console.error(`sizes: ${entry} is not in the build; scripts/sizes.mjs names what each screen loads`)
      failed = true
    }
    closure(entry, keys)
  }
  let js = 0
  let css = 0
  for (const key of keys) {
    js += weigh(manifest[key].file)
    for (const sheet of manifest[key].css ?? []) css += weigh(sheet)
  }
  const kb = (n) => (n / 1000).toFixed(1)
  const over = js > gate * 1000
  console.log(`${over ? 'OVER ' : ''}${name}: ${kb(js)} KB JavaScript (gate ${gate}), ${kb(css)} KB CSS, gzip`)
  failed ||= over
}
if (failed) process.exit(1)
