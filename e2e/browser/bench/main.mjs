// main.mjs: measures the web client against its gates (docs/developer/web.md), prints a table and writes bench/results/web.json.
// A figure that misses its gate is said, never a failure: times belong to the machine.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { reading } from './history.mjs'
import { loads, weights } from './load.mjs'
import { stage } from './stage.mjs'
import { table } from './stats.mjs'
import { using } from './use.mjs'

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim()
const only = process.argv.slice(2) // names of measures; all without
const measures = { weights, loads, using, reading }

console.error('filling the example company and a conversation of 100,000 messages …')
const set = await stage()
const figures = []
try {
  for (const [name, measure] of Object.entries(measures)) {
    if (only.length > 0 && !only.includes(name)) continue
    console.error(`measuring: ${name} …`)
    const found = await measure(set)
    console.error(table(found))
    figures.push(...found)
  }
} finally {
  await set.server.stop()
}
figures.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
console.log(table(figures))
if (only.length === 0) {
  const results = {
    commit: git('rev-parse', '--short', 'HEAD'),
    machine: `${availableParallelism()} cores, ${process.platform}/${process.arch.replace('x64', 'amd64')}`,
    engine: 'sqlite',
    at: new Date().toISOString().replace(/\.\d+/, ''),
    figures,
  }
  writeFileSync(new URL('../../../bench/results/web.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`)
}
