import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import { sampleHead } from '../../model/samples.test-support'
import { connected, Server } from '../../model/server.test-support'
import { settle } from '../../sync/testing.test-support'
import type { Services } from '../kit/services'
import { ChannelsViewModel } from './ChannelsViewModel'

const channel = (id: string, joined = false) => ({ id, name: id, purpose: '', member_count: 1, joined })

async function setup() {
  const server = new Server()
  const answer = server.answer
  let refused = false
  const asked: string[] = []
  server.answer = (method, path, options = {}) => {
    if (path === '/channels') {
      asked.push(String(options.query?.q))
      return { items: [channel('C', true), channel(`X${options.query?.q}`)], next_cursor: null }
    }
    if (path.endsWith('/join')) {
      if (refused) throw new ApiError('forbidden', 403, '')
      return undefined
    }
    if (path === '/conversations/X') return sampleHead({ id: 'X', kind: 'channel' })
    return answer(method, path, options)
  }
  const client = await connected(server)
  const failed: unknown[] = []
  const vm = new ChannelsViewModel({ ...client, fail: (e: unknown) => failed.push(e) } as unknown as Services)
  const stop = vm.start()
  await settle()
  const shown = () => vm.snapshot.list.items.map((c) => `${c.id}${c.joined ? ' joined' : ''}`)
  return { ...client, vm, stop, asked, failed, shown, refuse: () => (refused = true) }
}

describe('ChannelsViewModel', () => {
  it('lists channels at once, and once more when the writer rests; the old ones stay until then', async () => {
    const { vm, timers, asked, shown } = await setup()
    expect(shown()).toEqual(['C joined', 'X'])
    vm.write('a')
    await timers.pass(100)
    vm.write('ab')
    expect(shown()).toEqual(['C joined', 'X'])
    await timers.pass(150)
    expect(asked).toEqual(['', 'ab'])
    expect(shown()).toEqual(['C joined', 'Xab'])
  })

  it('knows what was joined since', async () => {
    const { vm, shown, conversations } = await setup()
    const joining = vm.join('X')
    expect(vm.snapshot.joining).toBe('X')
    expect(await joining).toBe(true)
    expect(vm.snapshot.joining).toBeUndefined()
    expect(conversations.get('X')?.role).toBe('member')
    expect(shown()).toEqual(['C joined', 'X joined'])
  })

  it('says why one may not join', async () => {
    const { vm, refuse, failed, shown } = await setup()
    refuse()
    expect(await vm.join('X')).toBe(false)
    expect(failed).toMatchObject([{ code: 'forbidden' }])
    expect(shown()).toEqual(['C joined', 'X'])
  })
})
