import { describe, expect, it } from 'vitest'
import { ApiError, NetworkError } from '../api/client'
import { Socket, type SocketState } from './socket'
import { FakeWire, ManualTimers, settle } from './testing.test-support'

function setup({ signedIn = true, takeOver = async () => {} }: { signedIn?: boolean; takeOver?: () => Promise<void> } = {}) {
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
    onHello: (h) => {
      hellos.push(h)
      return takeOver()
    },
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
    await timers.pass(1_000)
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

  it('tries again within a second, then less and less often, and never waits longer than ten seconds', async () => {
    const pauses = async (random: number) => {
      const { socket, wire, timers } = setup()
      timers.random = () => random
      socket.start()
      const waits: number[] = []
      for (let i = 0; i < 9; i++) {
        wire().drop(1006)
        if (socket.state.phase !== 'waiting') throw new Error(socket.state.phase)
        const wait = socket.state.until - timers.now()
        waits.push(wait)
        await timers.pass(wait)
      }
      return waits
    }
    expect(await pauses(0)).toEqual([300, 450, 675, 1013, 1519, 2278, 3000, 3000, 3000])
    expect(await pauses(1)).toEqual([1000, 1500, 2250, 3375, 5063, 7594, 10000, 10000, 10000])
  })

  it('tries at once when woken, but not twice in the same moment', async () => {
    const { socket, wire, timers, wires } = setup()
    timers.random = () => 1
    socket.start()
    for (let i = 0; i < 6; i++) {
      wire().drop(1006)
      await timers.pass(i < 5 ? 10_000 : 3_000)
    }
    expect(wires).toHaveLength(6)
    socket.wake()
    expect(wires).toHaveLength(7)
    wire().drop(1006) // the network was not quite there
    for (let i = 0; i < 5; i++) socket.wake()
    expect(wires).toHaveLength(7)
    await timers.pass(300)
    expect(wires).toHaveLength(8)
    wire().drop(1006)
    expect(socket.state).toMatchObject({ phase: 'waiting', until: timers.now() + 1000 }) // eager again
  })

  it('does not come earlier than 4008 allows, whoever wakes it', async () => {
    const { socket, wire, connect, timers, wires } = setup()
    socket.start()
    await connect()
    wire().drop(4008, '12')
    socket.wake()
    await timers.pass(11_900)
    expect(wires).toHaveLength(1)
    await timers.pass(200)
    expect(wires).toHaveLength(2)
  })

  it('spreads over the seconds that the server names when it sends everybody away', async () => {
    const waits = []
    for (const [reason, random] of [
      ['4', 0],
      ['4', 1],
      ['1', 1],
      ['going away', 1],
    ] as const) {
      const { socket, wire, connect, timers } = setup()
      timers.random = () => random
      socket.start()
      await connect()
      wire().drop(4000, reason)
      if (socket.state.phase === 'waiting') waits.push(socket.state.until - timers.now())
    }
    expect(waits).toEqual([300, 4000, 1000, 1000])
  })

  it('gives up a connection that does not open', async () => {
    const { socket, timers, wires } = setup()
    socket.start()
    await timers.pass(9_900)
    expect(wires).toHaveLength(1)
    await timers.pass(1_000)
    expect(wires).toHaveLength(2)
  })

  it('asks again from the old cursor when what came with hello could not be taken over', async () => {
    let fails = true
    const takeOver = () => (fails ? Promise.reject(new NetworkError('list')) : Promise.resolve())
    const { socket, wire, connect, timers, wires } = setup({ takeOver })
    socket.start()
    await connect('c1')
    expect(socket.state.phase).toBe('waiting')
    await timers.pass(1_000)
    expect(wires).toHaveLength(2)
    fails = false
    await connect('c2')
    expect(wire().last('hello')?.in).toEqual({ since: null })
    wire().drop(1006)
    await timers.pass(1_000)
    await connect('c3')
    expect(wire().last('hello')?.in).toEqual({ since: 'c2' })
  })

  it('stops when it is refused and the session does not count any more', async () => {
    const { socket, wire } = setup({ signedIn: false })
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
