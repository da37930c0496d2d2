import { describe, expect, it } from 'vitest'
import type { AdminPerson } from '../../api/admin'
import { ApiError } from '../../api/client'
import { settle } from '../../sync/testing.test-support'
import { AccountsViewModel } from './AccountsViewModel'
import { list, pending, services } from './services.test-support'

const person = (id: string, more: Partial<AdminPerson> = {}): AdminPerson => ({
  id,
  name: `Name ${id}`,
  department: '',
  position: '',
  status: 'active',
  has_password: true,
  roles: [],
  sessions: 0,
  ...more,
})

describe('AccountsViewModel', () => {
  it('asks after a rest of typing, and shows what was asked for last', async () => {
    const answers = [pending(), pending(), pending()]
    let n = 0
    const { s, api, timers } = services(() => answers[n++]?.promise)
    const vm = new AccountsViewModel(s)
    const end = vm.start()
    for (const q of ['z', 'zh', 'zhang']) vm.find(q)
    expect(api.asked.length).toBe(1)
    await timers.pass(150)
    expect(api.asked[1]).toContain('q=zhang')
    vm.find('li')
    await timers.pass(150)
    answers[2]?.answer(list([person('li')]))
    await settle()
    answers[1]?.answer(list([person('zhang')]))
    answers[0]?.answer(list([person('all')]))
    await settle()
    expect(vm.snapshot.list.items.map((p) => p.id)).toEqual(['li'])
    end()
  })

  it('asks at once for a status and a department', async () => {
    const { s, api } = services(() => list([]))
    const vm = new AccountsViewModel(s)
    vm.start()
    vm.show({ status: 'suspended', department: { id: 'D', name: 'R&D' } })
    expect(api.asked.at(-1)).toContain('status=suspended')
    expect(api.asked.at(-1)).toContain('department=D')
    await settle()
    vm.clear()
    expect(api.asked.at(-1)).not.toContain('department=D')
  })

  it('carries out an act, says so, and reads the list again', async () => {
    let status: AdminPerson['status'] = 'active'
    const { s, said } = services((method) => {
      if (method === 'POST') status = 'suspended'
      return list([person('P', { status })])
    })
    const vm = new AccountsViewModel(s)
    vm.start()
    await settle()
    vm.open({ kind: 'suspend', person: person('P') })
    expect(await vm.suspend(person('P'))).toBe(true)
    await settle()
    expect(vm.snapshot).toMatchObject({ dialog: undefined, busy: false, acts: 1 })
    expect(vm.snapshot.list.items[0]?.status).toBe('suspended')
    expect(said).toEqual(['admin.done'])
  })

  it('keeps the dialog when an act is refused', async () => {
    const refusal = new ApiError('last_admin', 409, '')
    const { s, failed } = services((method) => {
      if (method === 'POST') throw refusal
      return list([])
    })
    const vm = new AccountsViewModel(s)
    vm.open({ kind: 'suspend', person: person('P') })
    expect(await vm.suspend(person('P'))).toBe(false)
    expect(failed).toEqual([refusal])
    expect(vm.snapshot.dialog?.kind).toBe('suspend')
    expect(vm.snapshot.acts).toBe(0)
  })

  it('gives who comes back without a password a link to choose one', async () => {
    const link = { kind: 'activation', url: '/activate#token=x', expires_at: '2026-12-07T00:00:00Z' }
    const { s, api } = services((_, path) => (path.endsWith('/link') ? link : list([])))
    const vm = new AccountsViewModel(s)
    await vm.restore(person('P', { status: 'departed', has_password: false }))
    expect(vm.snapshot.dialog).toEqual({ kind: 'link', name: 'Name P', link })
    expect(api.asked.filter((x) => x.startsWith('POST'))).toEqual(['POST /admin/people/P/restore', 'POST /admin/people/P/link'])
    await vm.restore(person('Q', { status: 'suspended' }))
    expect(api.asked.filter((x) => x.includes('/Q/'))).toEqual(['POST /admin/people/Q/restore'])
  })
})
