// server.mjs: the built program as a child process, on a loopback address that is not localhost, with data of its own.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Another loopback address than localhost: what browsers allow on localhost only must not be needed. */
const anywhere = '127.0.0.2:0'
const startWithin = 60_000 // ms; the start takes 0.3 s, filling the example company 8 s, and other tests use the machine too

/**
 * @typedef {object} Server
 * @property {string} url address without a slash at the end
 * @property {string} setupLink the one-time link that the first start prints, '' later
 * @property {number} pid of the process that serves now
 * @property {(...args: string[]) => Promise<string>} run another command of the program on the same data; returns what it printed
 * @property {() => string} output everything printed so far
 * @property {() => Promise<void>} kill ends the process as a power cut does (SIGKILL); the data stays
 * @property {() => Promise<void>} start serves the same data at the same address again
 * @property {() => Promise<void>} stop ends the process and removes the data
 */

/**
 * startServer runs `xinshu serve` on a new data folder.
 * @param {{args?: string[]}} [options] args: more flags
 * @returns {Promise<Server>}
 */
export async function startServer({ args = [] } = {}) {
  const program = required('XINSHU_BIN')
  const data = await mkdtemp(join(tmpdir(), 'xinshu-browser-'))
  let child
  let output = ''
  let listen = anywhere
  const server = { url: '', setupLink: '', pid: 0, output: () => output, run, start, kill, stop }

  async function start() {
    const from = output.length
    child = spawn(program, ['serve', '--data', data, '--listen', listen, '--admin-listen', 'off', '--person-rate', '0', ...args], {
      env: withoutSettings(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    const ended = new Promise((_, reject) =>
      child.once('exit', (code, signal) => reject(new Error(`the server ended (${code ?? signal}):\n${output}`))),
    )
    ended.catch(() => {}) // it ends some day; only while starting that is a failure
    await Promise.race([ended, printed(() => /serves (http\S+)/.test(output.slice(from)))])
    const said = output.slice(from)
    server.url = /serves (http\S+)/.exec(said)[1]
    server.pid = child.pid
    listen = new URL(server.url).host
    await Promise.race([ended, answers(server.url)])
    const link = /http\S+\/setup#token=\S+(?=\s)/
    // Without people there is a link, but not before the server is ready.
    if (from === 0 && !args.includes('--demo')) await Promise.race([ended, printed(() => link.test(output))])
    server.setupLink = link.exec(output.slice(from))?.[0] ?? ''
  }

  function run(...args) {
    return new Promise((resolve, reject) => {
      const done = (error, out, err) => (error ? reject(new Error(`${args.join(' ')}: ${error.message}\n${out}${err}`)) : resolve(out + err))
      execFile(program, [...args, '--data', data], { env: withoutSettings(process.env), maxBuffer: 64 << 20 }, done)
    })
  }

  async function end(signal) {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
  async function kill() {
    await end('SIGKILL')
  }
  async function stop() {
    await end('SIGTERM')
    await rm(data, { recursive: true, force: true })
  }

  try {
    await start()
  } catch (e) {
    await stop()
    throw e
  }
  return server
}

/** A setting of the shell in which the tests run must not reach the server under test. */
function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('XINSHU_')))
}

async function printed(done) {
  const deadline = Date.now() + startWithin
  while (!done()) {
    if (Date.now() > deadline) throw new Error('the server did not say where it serves')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function answers(url) {
  const deadline = Date.now() + startWithin
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > deadline) throw new Error(`${url} does not get ready`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** required reads a variable of the environment that the caller must set. */
export function required(name) {
  const value = process.env[name]
  if (!value) throw new Error(`set ${name}; 'make test' does`)
  return value
}
