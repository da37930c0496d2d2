import { describe, expect, it } from 'vitest'
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
