import { describe, expect, it } from 'vitest'
import { settle } from '../sync/testing.test-support'
import { connected } from './server.test-support'
import { maxHeld } from './timeline'

async function setup() {
  const client = await connected()
  const timeline = client.messaging.timeline('C')
  await timeline.open()
  const shown = () => timeline.state.value.messages.map((m) => m.content.text)
  return { ...client, timeline, shown }
}

describe('Messaging', () => {
  it('applies events in order and ignores repetitions', async () => {
    const { server, wire, shown, conversations, api } = await setup()
    const m = server.post()
    const before = api.asked.length
    wire().event('message', m)
    wire().event('message', m)
    expect(shown()).toEqual(['message 1', 'message 2', 'message 3', 'message 4'])
    expect(conversations.get('C')).toMatchObject({ last_seq: 4, unread: 1, rev: 3 })
    expect(conversations.rev('C')).toBe(4)
    expect(api.asked.length).toBe(before)
  })

  it('asks for the changes when rev jumps, and ends where the server is', async () => {
    const { server, wire, shown, conversations } = await setup()
    server.post() // its event is lost
    server.edit(2, 'edited')
    const last = server.post()
    wire().event('message', last)
    await settle()
    expect(shown()).toEqual(['message 1', 'edited', 'message 3', 'message 4', 'message 5'])
    expect(conversations.rev('C')).toBe(server.head.rev)
  })

  it('brings a message that was missed and edited meanwhile in its place', async () => {
    const { server, wire, shown } = await setup()
    server.post()
    server.post()
    server.edit(4, 'four, later') // its change holds the message; seq 5 comes earlier in rev order
    wire().event('message', server.post())
    await settle()
    expect(shown()).toEqual(['message 1', 'message 2', 'message 3', 'four, later', 'message 5', 'message 6'])
  })

  it('repairs after an absence of any length, in pages', async () => {
    const { server, wire, wires, hello, shown, timers, conversations } = await setup()
    wire().drop(1006)
    for (let i = 0; i < 250; i++) server.post()
    await timers.pass(1_000)
    expect(wires.length).toBe(2)
    await hello(false, [server.head])
    await settle()
    // The newest that are held, without a hole.
    expect(shown()).toEqual(Array.from({ length: maxHeld }, (_, i) => `message ${253 - maxHeld + 1 + i}`))
    expect(conversations.get('C')?.unread).toBe(250)
  })

  it('loads anew instead of replaying when too much was missed', async () => {
    const { server, wire, hello, timeline, timers, messaging, api } = await setup()
    wire().drop(1006)
    for (let i = 0; i < 1_200; i++) server.post()
    await timers.pass(1_000)
    await hello(false, [server.head])
    await settle()
    expect(messaging.holdsMessages('C')).toBe(false)
    expect(api.asked.some((a) => a.includes('/changes'))).toBe(false)
    await timeline.open()
    expect(timeline.state.value.messages.at(-1)?.seq).toBe(1_203)
  })

  it('replaces the entry of the outbox by its echo', async () => {
    const { server, wire, messaging, timeline } = await setup()
    await messaging.send('C', '你好')
    await settle()
    const sent = wire().last('post')
    expect(sent?.in).toMatchObject({ conversation_id: 'C', content: { type: 'text', text: '你好' } })
    expect(messaging.pending('C')).toMatchObject([{ state: 'sending' }])
    const m = server.post({ client_id: String(sent?.in.client_id), sender: { id: 'ME', kind: 'person', name: '我' } })
    wire().ok(sent?.id ?? 0, { seq: m.seq, rev: m.rev, sent_at: m.sent_at })
    await settle()
    expect(messaging.pending('C')).toMatchObject([{ state: 'stored' }])
    wire().event('message', m)
    expect(messaging.pending('C')).toEqual([])
    expect(timeline.state.value.messages.filter((x) => x.client_id === m.client_id)).toHaveLength(1)
  })

  it('sends once what was written offline, also when the first reply was lost', async () => {
    const { server, wire, hello, messaging, timers } = await setup()
    await messaging.send('C', '你好')
    await settle()
    const id = String(wire().last('post')?.in.client_id)
    server.post({ client_id: id, sender: { id: 'ME', kind: 'person', name: '我' } })
    wire().drop(1006) // stored, but neither reply nor event came
    await timers.pass(1_000)
    await hello(false, [server.head])
    await settle()
    expect(messaging.pending('C').filter((e) => e.state !== 'stored')).toEqual([])
    expect(
      wire()
        .sent.filter((f) => f.op === 'post')
        .every((f) => f.in.client_id === id),
    ).toBe(true)
  })

  it('forgets a conversation that the person was removed from', async () => {
    const { server, wire, conversations, messaging } = await setup()
    let told = 0
    messaging.onGone('C', () => told++)
    server.gone = true
    wire().event('conversation', { conversation_id: 'C', change: 'left' })
    expect(conversations.get('C')).toBeUndefined()
    expect(told).toBe(1)
  })

  it('counts as unread what others write, not own and not system messages', async () => {
    const { server, wire, conversations } = await setup()
    wire().event('message', server.post({ mentions: [{ id: 'ME', name: '我' }] }))
    wire().event('message', server.post({ sender: { id: 'ME', kind: 'person', name: '我' } }))
    wire().event('message', server.post({ sender: null as never, content: { type: 'system', kind: 'joined', fallback: 'x' } }))
    expect(conversations.get('C')).toMatchObject({ unread: 1, mentions: 1, last_seq: 6 })
  })

  it('reads once after a rest, and keeps old counts from coming back', async () => {
    const { server, wire, messaging, timers, conversations } = await setup()
    for (let i = 0; i < 3; i++) wire().event('message', server.post())
    messaging.read('C', 5)
    messaging.read('C', 6)
    expect(conversations.get('C')).toMatchObject({ unread: 0, read_seq: 6 })
    messaging.heads([{ ...server.head, read_seq: 3, unread: 3 }], false)
    expect(conversations.get('C')).toMatchObject({ unread: 0, read_seq: 6 })
    await timers.pass(500)
    expect(wire().sent.filter((f) => f.op === 'read')).toMatchObject([{ in: { conversation_id: 'C', seq: 6 } }])
  })
})
