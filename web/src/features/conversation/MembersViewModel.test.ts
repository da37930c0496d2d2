import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import type { MemberRole } from '../../api/types'
import { sampleHead } from '../../model/samples.test-support'
import { connected, Server } from '../../model/server.test-support'
import { settle } from '../../sync/testing.test-support'
import type { Services } from '../kit/services'
import { actsOn, MembersViewModel } from './MembersViewModel'

const member = (id: string, role: MemberRole) => ({
  person: { id, kind: 'person', name: id, department: '', position: '' },
  role,
  joined_at: '2026-11-23T08:00:00.000Z',
})

async function setup(pages: ReturnType<typeof member>[][], role: MemberRole = 'owner') {
  const server = new Server()
  server.head = sampleHead({ role })
  const answer = server.answer
  const asked: string[] = []
  let refused = false
  server.answer = (method, path, options = {}) => {
    if (!path.startsWith('/conversations/C/members')) return answer(method, path, options)
    if (method !== 'GET') {
      if (refused) throw new ApiError('last_owner', 409, '')
      asked.push(`${method} ${path.split('/').at(-1)}`)
      return undefined
    }
    const { q, cursor } = options.query as { q: string; cursor?: string }
    asked.push(`list ${q}`)
    const n = Number(cursor ?? 0)
    return { items: pages[n]?.filter((m) => m.person.id.includes(q)), next_cursor: n + 1 < pages.length ? String(n + 1) : null }
  }
  const client = await connected(server)
  const failed: unknown[] = []
  const s = { ...client, me: 'ME', fail: (e: unknown) => void failed.push(e) } as unknown as Services
  const vm = new MembersViewModel(s, 'C')
  vm.start()
  await settle()
  const shown = () => vm.snapshot.list.items.map((m) => m.person.id)
  return { ...client, vm, asked, failed, shown, refuse: () => (refused = true) }
}

describe('MembersViewModel', () => {
  it('shows owners, then admins, then members, once all are there', async () => {
    const { vm, shown } = await setup([
      [member('A', 'member'), member('B', 'admin')],
      [member('C', 'owner'), member('ME', 'member')],
    ])
    expect(shown()).toEqual(['A', 'B'])
    vm.more()
    await settle()
    expect(shown()).toEqual(['C', 'B', 'A', 'ME'])
  })

  it('offers what one may do, to others only', async () => {
    const { vm } = await setup([[member('A', 'member'), member('ME', 'owner')]])
    expect(vm.snapshot.list.items.map((m) => m.acts)).toEqual([[], ['admin', 'owner', 'remove']])
    expect(actsOn('owner', 'owner')).toEqual([])
    expect(actsOn('owner', 'admin')).toEqual(['member', 'owner', 'remove'])
    expect(actsOn('admin', 'admin')).toEqual([])
    expect(actsOn('admin', 'member')).toEqual(['remove'])
    expect(actsOn('member', 'member')).toEqual([])
    expect(actsOn('', 'member')).toEqual([])
  })

  it('reads the list anew after an act and when members changed, not for other changes', async () => {
    const { vm, asked, conversations } = await setup([[member('A', 'member')]])
    await vm.setRole('A', 'admin')
    await vm.remove('A')
    await settle()
    expect(asked).toEqual(['list ', 'PATCH A', 'list ', 'DELETE A', 'list '])
    conversations.patch('C', { muted: true })
    await settle()
    expect(asked).toHaveLength(5)
    conversations.patch('C', { member_rev: 9 })
    await settle()
    expect(asked).toHaveLength(6)
  })

  it('says why an act was refused', async () => {
    const { vm, failed, refuse } = await setup([[member('A', 'member')]])
    refuse()
    await vm.setRole('A', 'owner')
    expect(failed).toMatchObject([{ code: 'last_owner' }])
  })

  it('narrows by name once the writer rests; what is shown stays until then', async () => {
    const { vm, asked, shown, timers } = await setup([[member('A', 'member'), member('B', 'member')]])
    vm.write('B')
    expect(shown()).toEqual(['A', 'B'])
    await timers.pass(150)
    expect(asked).toEqual(['list ', 'list B'])
    expect(shown()).toEqual(['B'])
  })

  it('follows who is online', async () => {
    const { vm, messaging, presence } = await setup([[member('A', 'member')]])
    messaging.watch('C')
    presence.set('C', ['A'])
    expect(vm.snapshot.list.items[0]?.online).toBe(true)
    presence.forget()
    expect(vm.snapshot.list.items[0]?.online).toBe(false)
  })
})
