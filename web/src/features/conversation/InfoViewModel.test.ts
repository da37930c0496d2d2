import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import type { Head } from '../../api/types'
import { sampleHead } from '../../model/samples.test-support'
import { connected, Server } from '../../model/server.test-support'
import { settle } from '../../sync/testing.test-support'
import type { Services } from '../kit/services'
import { InfoViewModel } from './InfoViewModel'

async function setup(change: Partial<Head> = {}) {
  const server = new Server()
  server.head = sampleHead({ role: 'owner', purpose: '备货', ...change })
  const answer = server.answer
  let refused = false
  server.answer = (method, path, options = {}) => {
    if (method === 'GET') return answer(method, path, options)
    if (refused) throw new ApiError('forbidden', 403, '')
    if (method === 'PATCH') server.head = { ...server.head, ...((options as { body?: Partial<Head> }).body ?? {}) }
    return method === 'PATCH' ? server.head : undefined
  }
  const client = await connected(server)
  const failed: unknown[] = []
  const s = { ...client, fail: (e: unknown) => void failed.push(e) } as unknown as Services
  const vm = new InfoViewModel(s, server.head)
  vm.start()
  return { ...client, vm, failed, refuse: () => (refused = true) }
}

describe('InfoViewModel', () => {
  it('knows who manages: owners and admins, of groups and channels only', async () => {
    expect((await setup()).vm.snapshot).toMatchObject({ many: true, manages: true })
    expect((await setup({ role: 'admin', kind: 'channel' })).vm.snapshot.manages).toBe(true)
    expect((await setup({ role: 'member' })).vm.snapshot.manages).toBe(false)
    expect((await setup({ role: 'owner', kind: 'direct' })).vm.snapshot).toMatchObject({ many: false, manages: false })
  })

  it('shows a change at once and keeps what the server made of it', async () => {
    const { vm, api } = await setup()
    const asked = vm.update({ post_right: 'admins' })
    expect(vm.snapshot.head.post_right).toBe('admins')
    await asked
    await vm.mine({ muted: true })
    expect(vm.snapshot.head).toMatchObject({ post_right: 'admins', muted: true })
    expect(api.asked.slice(-2)).toEqual(['PATCH /conversations/C', 'PATCH /conversations/C/mine'])
  })

  it('goes back to what is true when the server refuses', async () => {
    const { vm, refuse, failed } = await setup()
    refuse()
    const asked = vm.mine({ pinned: true })
    expect(vm.snapshot.head.pinned).toBe(true)
    await asked
    await settle()
    expect(vm.snapshot.head.pinned).toBe(false)
    expect(failed).toHaveLength(1)
  })

  it('names only what differs, and never nothing', async () => {
    const { vm } = await setup()
    expect(vm.naming('备货协调 ', '备货')).toBeUndefined()
    expect(vm.naming('备货', ' 备货')).toEqual({ name: '备货' })
    expect(vm.naming('备货协调', '')).toEqual({ purpose: '' })
    expect(vm.naming(' ', '')).toBeUndefined()
  })

  it('leaves, and keeps the conversation when it may not', async () => {
    const { vm, conversations, failed } = await setup()
    const other = await setup()
    expect(await vm.leave()).toBe(true)
    expect(conversations.get('C')).toBeUndefined()
    other.refuse()
    expect(await other.vm.leave()).toBe(false)
    expect(other.conversations.get('C')).toBeDefined()
    expect([failed.length, other.failed.length]).toEqual([0, 1])
  })
})
