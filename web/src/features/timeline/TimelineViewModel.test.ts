import { describe, expect, it } from 'vitest'
import type { Message } from '../../api/types'
import { sampleMessage } from '../../model/samples.test-support'
import { settle } from '../../sync/testing.test-support'
import { setup } from './setup.test-support'
import { TimelineViewModel } from './TimelineViewModel'

const mine = { sender: { id: 'ME', kind: 'person', name: '我' } }

describe('TimelineViewModel', () => {
  it('opens at the divider before the first unread message', async () => {
    const { vm, seqs } = await setup()
    expect(vm.snapshot).toMatchObject({ dividerSeq: 97, unreadAtOpening: 4, place: { to: 'divider', seq: 97 } })
    expect(vm.snapshot.rows.some((r) => r.kind === 'unread')).toBe(true)
    expect(seqs().at(-1)).toBe(100)
  })

  it('reads what was seen, not what was loaded', async () => {
    const { vm, conversations, timers, wire } = await setup()
    expect(conversations.get('C')?.unread).toBe(4)
    vm.saw(98, false)
    expect(conversations.get('C')).toMatchObject({ read_seq: 98, unread: 2 })
    vm.saw(97, false)
    expect(conversations.get('C')?.read_seq).toBe(98)
    vm.saw(100, true)
    await timers.pass(1_000)
    expect(
      wire()
        .sent.filter((f) => f.op === 'read')
        .map((f) => f.in.seq),
    ).toEqual([100])
  })

  it('reads nothing before it has begun, and nothing while nobody looks', async () => {
    const { vm, conversations, looks } = await setup({ attentive: false })
    vm.saw(100, true)
    expect(conversations.get('C')?.unread).toBe(4)
    looks.set(true)
    expect(conversations.get('C')?.unread).toBe(0)
  })

  it('keeps the divider where it was while messages arrive and are read', async () => {
    const { vm, server, wire } = await setup()
    vm.saw(100, true)
    wire().event('message', server.post())
    wire().event('message', server.post())
    expect(vm.snapshot.dividerSeq).toBe(97)
    const at = vm.snapshot.rows.findIndex((r) => r.kind === 'unread')
    expect(vm.snapshot.rows[at + 1]).toMatchObject({ kind: 'message', message: { seq: 97 } })
  })

  it('counts what comes while the reader is above, and forgets it at the end', async () => {
    const { vm, server, wire } = await setup({ unread: 0 })
    vm.saw(90, false)
    wire().event('message', server.post())
    expect(vm.snapshot.below).toBe(1)
    vm.saw(101, true)
    expect(vm.snapshot.below).toBe(0)
  })

  it('counts what was never read, not what lies below the reader', async () => {
    const { vm } = await setup({ unread: 4 })
    vm.saw(97, false)
    expect(vm.snapshot.below).toBe(3)
    vm.saw(100, true)
    vm.saw(50, false)
    expect(vm.snapshot.below).toBe(0)
  })

  it('opens at a message that is linked to, marked', async () => {
    const { vm } = await setup({ target: 95 })
    expect(vm.snapshot).toMatchObject({ highlight: 95, place: { to: 'seq', seq: 95 } })
  })

  it('shows an own message at once and keeps its row when it is stored', async () => {
    const { vm, messaging, server, wire } = await setup({ unread: 0 })
    await messaging.send('C', '你好')
    const pending = vm.snapshot.rows.at(-1)
    expect(pending).toMatchObject({ kind: 'message', entry: { text: '你好' } })
    const sent = wire().last('post')
    wire().event('message', server.post({ ...mine, client_id: String(sent?.in.client_id) }))
    expect(vm.snapshot.rows.at(-1)).toMatchObject({ key: pending?.key, entry: undefined, message: { seq: 101 } })
  })

  it('takes a reaction back when the server refuses it', async () => {
    const { vm, server, failures } = await setup()
    server.gone = true
    const row = vm.snapshot.rows.at(-1)
    if (row?.kind !== 'message') throw new Error('no message')
    vm.react(row.message, '👍')
    expect(vm.snapshot.rows.at(-1)).toMatchObject({ message: { reactions: [{ emoji: '👍', count: 1 }] } })
    await settle()
    expect(vm.snapshot.rows.at(-1)).toMatchObject({ message: { reactions: [] } })
    expect(failures).toHaveLength(1)
  })

  it('tells the server what is on screen, and that nothing is any more', async () => {
    const { end, wire } = await setup()
    expect(wire().last('watch')?.in).toEqual({ conversation_id: 'C' })
    end()
    expect(wire().last('watch')?.in).toEqual({ conversation_id: null })
  })

  it('leads to unread mentions one by one until the reader has been there', async () => {
    const { services, end, messaging, conversations } = await setup()
    end()
    conversations.patch('C', { unread: 6, mentions: 2, read_seq: 94 })
    const timeline = messaging.timeline('C')
    const at = (seq: number) => timeline.state.value.messages.find((m) => m.seq === seq) as Message
    for (const seq of [92, 95, 97]) timeline.apply({ ...at(seq), mentions: [{ id: 'ME', name: '我' }] })
    const visit = new TimelineViewModel(services, 'C', 0)
    visit.start()
    await settle()
    expect(visit.snapshot.mentions).toEqual([95, 97])
    await visit.toMention()
    expect(visit.snapshot).toMatchObject({ mentions: [97], place: { to: 'seq', seq: 95 } })
    visit.saw(100, true, 96)
    expect(visit.snapshot.mentions).toEqual([])
  })

  it('goes to an unread message that is further back than what was loaded', async () => {
    const { vm } = await setup({ unread: 90 })
    expect(vm.snapshot).toMatchObject({ dividerSeq: 11, dividerSeen: false, place: { to: 'end' } })
    expect(vm.snapshot.rows.some((r) => r.kind === 'unread')).toBe(false)
    await vm.toDivider()
    expect(vm.snapshot.place).toMatchObject({ to: 'divider', seq: 11 })
    expect(vm.snapshot.rows.some((r) => r.kind === 'unread')).toBe(true)
    vm.saw(20, false, 9)
    expect(vm.snapshot.dividerSeen).toBe(true)
  })

  it('says when it is too late to change a message', async () => {
    const { vm, timers } = await setup()
    const m = sampleMessage(1, { ...mine, sent_at: new Date(timers.now()).toISOString() })
    expect(vm.tooLate(m, 'edit_window_ms')).toBeUndefined()
    await timers.pass(3_600_001)
    expect(vm.tooLate(m, 'edit_window_ms')).toBe(1)
    expect(vm.tooLate(m, 'recall_window_ms')).toBeUndefined()
  })
})
