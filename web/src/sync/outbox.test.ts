import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { ApiError, NetworkError } from '../api/client'
import type { Code, MessageDraft, Posted } from '../api/types'
import { type Entry, Outbox } from './outbox'
import { openStorage, type Storage } from './storage'
import { ManualTimers, settle } from './testing.test-support'

interface Send {
  conversation: string
  draft: MessageDraft
  ok: (seq: number) => Promise<void>
  fail: (e: unknown) => Promise<void>
}

async function setup(storage?: Storage) {
  const timers = new ManualTimers()
  const sends: Send[] = []
  const state = { online: true }
  const outbox = new Outbox({
    storage: storage ?? (await openStorage(undefined, '')),
    timers,
    online: () => state.online,
    onChange: () => {},
    send: (conversation, draft) =>
      new Promise<Posted>((resolve, reject) => {
        sends.push({
          conversation,
          draft,
          ok: (seq) => {
            resolve({ seq, rev: seq, sent_at: '' })
            return settle()
          },
          fail: (e) => {
            reject(e)
            return settle()
          },
        })
      }),
  })
  let n = 0
  const write = async (text: string, conversation = 'C') => {
    n++
    void outbox.add({ client_id: `id-${n}`, conversation_id: conversation, text, created_at: n })
    await settle()
    await new Promise((r) => setTimeout(r, 0)) // IndexedDB answers in a later task
    await settle()
  }
  return { outbox, sends, timers, state, write }
}

const texts = (sends: Send[]) => sends.map((s) => s.draft.content.text)
const states = (entries: readonly Entry[]) => entries.map((e) => e.state)
const refusal = (code: Code, retryAfter = 0) => new ApiError(code, 400, '', retryAfter)

describe('Outbox', () => {
  it('sends one after another in the order of writing, conversations beside each other', async () => {
    const { sends, write } = await setup()
    await write('一')
    await write('二')
    await write('other', 'D')
    expect(texts(sends)).toEqual(['一', 'other'])
    await sends[0]?.ok(1)
    expect(texts(sends)).toEqual(['一', 'other', '二'])
  })

  it('keeps a stored message until its echo takes the place, and takes the echo once', async () => {
    const { outbox, sends, write } = await setup()
    await write('一')
    await sends[0]?.ok(7)
    expect(outbox.of('C')).toMatchObject([{ state: 'stored', seq: 7 }])
    outbox.echo('id-1')
    outbox.echo('id-1')
    expect(outbox.of('C')).toEqual([])
  })

  it('lets the echo come before the reply', async () => {
    const { outbox, sends, write } = await setup()
    await write('一')
    outbox.echo('id-1')
    await sends[0]?.ok(7)
    expect(outbox.of('C')).toEqual([])
  })

  it('sends the same client id again when the connection went, before anything newer', async () => {
    const { outbox, sends, write, state } = await setup()
    await write('一')
    await write('二')
    state.online = false
    await sends[0]?.fail(new NetworkError('gone'))
    expect(states(outbox.of('C'))).toEqual(['waiting', 'waiting'])
    state.online = true
    outbox.flush()
    await settle()
    expect(sends[1]?.draft.client_id).toBe('id-1')
    await sends[1]?.ok(1)
    expect(sends[2]?.draft.client_id).toBe('id-2')
  })

  it('leaves a refused message in place and goes on with the next', async () => {
    const { outbox, sends, write } = await setup()
    await write('too long')
    await write('二')
    await sends[0]?.fail(refusal('too_large'))
    expect(outbox.of('C')).toMatchObject([{ state: 'failed', code: 'too_large' }, { state: 'sending' }])
    outbox.retry('id-1')
    await sends[1]?.ok(1)
    expect(sends[2]?.draft.client_id).toBe('id-1')
    await sends[2]?.fail(refusal('too_large'))
    outbox.discard('id-1')
    expect(outbox.of('C').map((e) => e.client_id)).toEqual(['id-2'])
  })

  it('waits as long as the server asks, holding the order', async () => {
    const { outbox, sends, write, timers } = await setup()
    await write('一')
    await write('二')
    await sends[0]?.fail(refusal('rate_limited', 3))
    await timers.pass(2_900)
    expect(sends).toHaveLength(1)
    await timers.pass(200)
    expect(sends[1]?.draft.client_id).toBe('id-1')
    expect(outbox.unsent).toBe(2)
  })

  it('survives a reload: unsent messages go out once, in order, with their ids', async () => {
    const factory = new IDBFactory()
    const first = await setup(await openStorage(factory, 'db'))
    first.state.online = false
    await first.write('一')
    await first.write('二')
    const second = await setup(await openStorage(factory, 'db'))
    await second.outbox.load()
    await settle()
    expect(second.sends[0]?.draft).toMatchObject({ client_id: 'id-1', content: { text: '一' } })
    await second.sends[0]?.ok(1)
    await new Promise((r) => setTimeout(r, 5))
    expect(second.sends[1]?.draft.client_id).toBe('id-2')
    await second.sends[1]?.ok(2)
    await new Promise((r) => setTimeout(r, 5))
    const third = await setup(await openStorage(factory, 'db'))
    await third.outbox.load()
    expect(third.outbox.of('C')).toEqual([])
  })
})
