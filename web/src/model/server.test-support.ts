import { ApiError } from '../api/client'
import type { Change, Head, Message } from '../api/types'
import { Socket } from '../sync/socket'
import { memoryStorage } from '../sync/storage'
import { FakeWire, fakeApi, ManualTimers, settle } from '../sync/testing.test-support'
import { UUIDSource } from '../sync/uuid'
import { Conversations } from './conversations'
import { Messaging } from './messaging'
import { People } from './people'
import { Presence } from './presence'
import { Receipts } from './receipts'
import { range, sampleHead, sampleMessage } from './samples.test-support'
import { Typing } from './typing'

/** A server of one conversation that the test changes directly; the client speaks to it through the real sync layer. */
export class Server {
  head: Head = sampleHead({ last_seq: 3, rev: 3, read_seq: 3 })
  log: Message[] = range(1, 3)
  changes: Change[] = this.log.map((m) => ({ rev: m.rev, kind: 'message', seq: m.seq, message: m }))
  gone = false

  /** A message that is committed; the test decides whether its event arrives. */
  post(change: Partial<Message> = {}): Message {
    const seq = this.head.last_seq + 1
    const rev = this.head.rev + 1
    const m = sampleMessage(seq, { rev, ...change })
    this.log.push(m)
    this.changes.push({ rev, kind: 'message', seq, message: m })
    this.head = { ...this.head, last_seq: seq, rev, unread: this.head.unread + 1 }
    return m
  }

  edit(seq: number, text: string): Message {
    const rev = this.head.rev + 1
    const m = { ...(this.log[seq - 1] as Message), rev, content: { type: 'text', text }, edited_at: 'x' }
    this.log[seq - 1] = m
    this.changes = this.changes.map((c) => (c.seq === seq ? { rev: c.rev, kind: c.kind, seq } : c))
    this.changes.push({ rev, kind: 'edited', seq, message: m })
    this.head = { ...this.head, rev }
    return m
  }

  answer = (_: string, path: string, { query = {} }: { query?: Record<string, unknown> }): unknown => {
    if (this.gone) throw new ApiError('not_found', 404, '')
    if (path === '/conversations') return { items: [this.head], next_cursor: null }
    if (path === '/conversations/C') return this.head
    if (path.endsWith('/changes')) {
      const items = this.changes.filter((c) => c.rev > Number(query.after_rev)).slice(0, 200)
      return { items, next_cursor: null }
    }
    if (path.endsWith('/messages')) {
      const limit = Number(query.limit)
      const items = query.before
        ? this.log.filter((m) => m.seq < Number(query.before)).slice(-limit)
        : query.around
          ? this.log.filter((m) => Math.abs(m.seq - Number(query.around)) <= limit / 2).slice(0, limit)
          : query.after
            ? this.log.filter((m) => m.seq > Number(query.after)).slice(0, limit)
            : this.log.slice(-limit)
      return { items, next_cursor: null }
    }
    return { items: [], next_cursor: null }
  }
}

/** connected is a client of that server after its first hello. */
export async function connected(server = new Server()) {
  const api = fakeApi(server.answer)
  const timers = new ManualTimers()
  const wires: FakeWire[] = []
  const conversations = new Conversations('ME')
  const people = new People()
  const typing = new Typing(timers)
  const receipts = new Receipts(api)
  const presence = new Presence()
  const socket = new Socket({
    timers,
    dial: () => {
      const wire = new FakeWire()
      wires.push(wire)
      return wire
    },
    stillSignedIn: async () => true,
    onHello: (h) => messaging.connected(h),
    onEvent: (e, d) => messaging.follower.event(e, d),
    onState: (state) => {
      if (state.phase !== 'online') messaging.disconnected()
    },
  })
  const messaging: Messaging = new Messaging({
    api,
    socket,
    storage: memoryStorage(),
    timers,
    ids: new UUIDSource(timers.now, (b) => crypto.getRandomValues(b)),
    conversations,
    people,
    typing,
    receipts,
    presence,
  })
  const wire = () => wires.at(-1) as FakeWire
  const hello = async (full: boolean, heads: Head[] = []) => {
    wire().onopen?.()
    wire().ok(wire().last('hello')?.id ?? 0, { session: 's', cursor: 'c', heads, full, server_time: '' })
    await settle()
  }
  socket.start()
  await hello(true)
  return { server, api, timers, conversations, people, typing, receipts, presence, messaging, wire, wires, hello }
}
