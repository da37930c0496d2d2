// npm-lock.mjs DIR...: complete DIR/package-lock.json after `npm install`, so that `npm ci` accepts it everywhere.
//
// A registry mirror may lack the builds of a package for systems that are not ours. npm install then leaves them out of the
// lock file, and npm ci refuses the file ("Missing: … from lock file"). This adds the missing optional builds with the version
// that their package asks for; npm skips them on every system they are not made for. It also drops the addresses
// from which packages came: they name the mirror of whoever wrote the file.
import { readFileSync, writeFileSync } from 'node:fs'

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

for (const dir of process.argv.slice(2)) {
  const file = `${dir}/package-lock.json`
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  for (const entry of Object.values(lock.packages)) {
    delete entry.resolved
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`
      if (lock.packages[key] || !/^\d+\.\d+\.\d+$/.test(version)) continue
      const words = name.split(/[-/]/)
      const os = words.filter((w) => systems.includes(w))
      const cpu = words.filter((w) => processors.includes(w))
      if (os.length !== 1 || cpu.length !== 1) continue // no build for one system: a person must look
      const libc = words.includes('musl') ? { libc: ['musl'] } : {}
      lock.packages[key] = { version, cpu, ...(entry.dev ? { dev: true } : {}), ...libc, optional: true, os }
      console.log(`${file}: added ${name} ${version}`)
    }
  }
  const [own, ...others] = Object.entries(lock.packages)
  others.sort(([a], [b]) => (a < b ? -1 : 1))
  lock.packages = Object.fromEntries([own, ...others])
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
