import { describe, expect, it } from 'vitest'
import { ApiError, NetworkError } from '../api/client'
import { Socket, type SocketState } from './socket'
import { FakeWire, ManualTimers, settle } from './testing.test-support'

function setup(signedIn = true) {
  const timers = new ManualTimers()
  const wires: FakeWire[] = []
  const states: SocketState[] = []
  const events: [string, unknown][] = []
  const hellos: unknown[] = []
  const socket = new Socket({
    timers,
    dial: () => {
      const wire = new FakeWire()
      wires.push(wire)
      return wire
    },
    stillSignedIn: async () => signedIn,
    onHello: (h) => hellos.push(h),
    onEvent: (e, d) => events.push([e, d]),
    onState: (s) => states.push(s),
  })
  const wire = () => wires.at(-1) as FakeWire
  const connect = async (cursor = 'c1') => {
    wire().onopen?.()
    wire().ok(wire().last('hello')?.id ?? 0, { session: 's', cursor, heads: [], full: false, server_time: '' })
    await settle()
  }
  return { timers, wires, wire, states, events, hellos, socket, connect }
}

describe('Socket', () => {
  it('says hello with the cursor of the last connection', async () => {
    const { socket, wire, connect, timers, wires } = setup()
    socket.start()
    await connect('c1')
    expect(wire().last('hello')?.in).toEqual({ since: null })
    wire().drop(1006)
    await timers.pass(31_000)
    expect(wires).toHaveLength(2)
    await connect('c2')
    expect(wire().last('hello')?.in).toEqual({ since: 'c1' })
    expect(socket.online).toBe(true)
  })

  it('matches replies by id and turns refusals into ApiError', async () => {
    const { socket, wire, connect } = setup()
    socket.start()
    await connect()
    const first = socket.request('read', { seq: 1 })
    const second = socket.request('post', {})
    const [a, b] = wire().sent.slice(-2)
    wire().refuse(b?.id ?? 0, 'rate_limited', 429, { retry_after: 7 })
    wire().ok(a?.id ?? 0, { fine: true })
    expect(await first).toEqual({ fine: true })
    await expect(second).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 7 })
    await expect(second).rejects.toBeInstanceOf(ApiError)
  })

  it('rejects what is under way when the connection goes', async () => {
    const { socket, wire, connect } = setup()
    socket.start()
    await connect()
    const lost = socket.request('post', {})
    wire().drop(1006)
    await expect(lost).rejects.toBeInstanceOf(NetworkError)
    await expect(socket.request('post', {})).rejects.toBeInstanceOf(NetworkError)
  })

  it.each([
    [4001, 'not_authenticated'],
    [4002, 'session_ended'],
    [4004, 'protocol'],
  ] as const)('does not come back after %i', async (code, why) => {
    const { socket, wire, connect, timers, wires } = setup()
    socket.start()
    await connect()
    wire().drop(code)
    await timers.pass(120_000)
    expect(socket.state).toEqual({ phase: 'stopped', why })
    expect(wires).toHaveLength(1)
  })

  it('waits as long as 4008 asks', async () => {
    const { socket, wire, connect, timers, wires } = setup()
    socket.start()
    await connect()
    wire().drop(4008, '12')
    await timers.pass(11_000)
    expect(wires).toHaveLength(1)
    await timers.pass(3_000)
    expect(wires).toHaveLength(2)
  })

  it('backs off when connections fail one after another, and comes at once when woken', async () => {
    const { socket, wire, timers, wires } = setup()
    socket.start()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      wire().drop(1006)
      const state = socket.state
      if (state.phase === 'waiting') waits.push(state.until - timers.now())
      await timers.pass(15_001)
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15000, 15000])
    wire().drop(1006)
    const before = wires.length
    socket.wake()
    expect(wires).toHaveLength(before + 1)
  })

  it('stops when it is refused and the session does not count any more', async () => {
    const { socket, wire } = setup(false)
    socket.start()
    wire().drop(1006)
    await settle()
    expect(socket.state).toEqual({ phase: 'stopped', why: 'not_authenticated' })
  })

  it('finds a half-open connection by the ping that is not answered', async () => {
    const { socket, wire, connect, timers, wires } = setup()
    socket.start()
    await connect()
    await timers.pass(26_000)
    expect(wire().last('ping')).toBeDefined()
    await timers.pass(15_500)
    expect(wires.length).toBeGreaterThan(1)
  })

  it('passes events on and survives what it cannot read', async () => {
    const { socket, wire, connect, events } = setup()
    socket.start()
    await connect()
    wire().onmessage?.({ data: 'not json' })
    wire().onmessage?.({ data: new ArrayBuffer(2) })
    wire().event('message', { seq: 1 })
    expect(events).toEqual([['message', { seq: 1 }]])
  })
})
