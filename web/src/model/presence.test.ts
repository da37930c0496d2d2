import { describe, expect, it } from 'vitest'
import { settle } from '../sync/testing.test-support'
import { connected } from './server.test-support'

describe('Presence', () => {
  it('knows who of the conversation on screen is connected, and follows', async () => {
    const { messaging, presence, wire } = await connected()
    messaging.watch('C')
    wire().ok(wire().last('watch')?.id ?? 0, { online: ['LI', 'ME'] })
    await Promise.resolve()
    await Promise.resolve()
    expect([...presence.online.value]).toEqual(['LI', 'ME'])
    messaging.other('presence', { conversation_id: 'C', person: 'LI', online: false })
    messaging.other('presence', { conversation_id: 'D', person: 'WANG', online: true })
    expect([...presence.online.value]).toEqual(['ME'])
    messaging.watch(null)
    expect(presence.online.value.size).toBe(0)
  })

  it('does not take the answer about a conversation that was left meanwhile', async () => {
    const { messaging, presence, wire } = await connected()
    messaging.watch('C')
    const asked = wire().last('watch')?.id ?? 0
    messaging.watch('D')
    wire().ok(asked, { online: ['LI'] })
    await Promise.resolve()
    await Promise.resolve()
    expect(presence.online.value.size).toBe(0)
  })
})

describe('without a connection', () => {
  it('nobody is there, until the conversation is watched again', async () => {
    const { messaging, presence, wire, timers, hello } = await connected()
    messaging.watch('C')
    wire().ok(wire().last('watch')?.id ?? 0, { online: ['LI', 'ME'] })
    await settle()
    wire().drop(1006)
    expect(presence.online.value.size).toBe(0)
    await timers.pass(1_000)
    await hello(false)
    wire().ok(wire().last('watch')?.id ?? 0, { online: ['LI'] })
    await settle()
    expect([...presence.online.value]).toEqual(['LI'])
  })

  it('sending tries to connect at once', async () => {
    const { messaging, wire, wires, timers } = await connected()
    for (let i = 0; i < 6; i++) {
      wire().drop(1006)
      await timers.pass(i < 5 ? 10_000 : 1_000)
    }
    const tried = wires.length
    void messaging.send('C', '你好')
    expect(wires).toHaveLength(tried + 1)
  })
})

describe('Messaging.unsent', () => {
  it('counts what waits and marks what was refused', async () => {
    const { messaging, wire } = await connected()
    void messaging.send('C', 'x')
    expect(messaging.unsent.value.get('C')).toEqual({ n: 1, failed: false })
    await new Promise((r) => queueMicrotask(() => r(undefined)))
    await Promise.resolve()
    const id = wire().last('post')?.id ?? 0
    wire().onmessage?.({ data: JSON.stringify({ id, error: { status: 403, code: 'forbidden', title: '' } }) })
    for (let i = 0; i < 8; i++) await Promise.resolve()
    expect(messaging.unsent.value.get('C')).toEqual({ n: 1, failed: true })
  })
})
