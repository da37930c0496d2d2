import { describe, expect, it } from 'vitest'
import type { Link } from '../../api/admin'
import { ApiError } from '../../api/client'
import type { Person } from '../../api/organisation'
import { settle } from '../../sync/testing.test-support'
import { PersonFormViewModel } from './PersonFormViewModel'
import { list, services } from './services.test-support'

const stored = (more: Partial<Person> = {}): Person => ({
  id: 'P',
  kind: 'person',
  name: '张伟',
  login: 'zhangwei',
  status: 'active',
  rank: { id: 'R6', name: 'P6', level: 60 },
  manager: { id: 'M', kind: 'person', name: '王总', department: '', position: '' },
  memberships: [{ department: { id: 'D1', name: '研发' }, position: { id: 'BE', name: '后端' }, primary: true, sort: 3 }],
  line: { up: [], down: [] },
  rev: 4,
  ...more,
})

const activation: Link = { kind: 'activation', url: '/x', expires_at: '' }

/** A server with one person. */
function server(refuse?: () => ApiError | undefined) {
  const state = { person: stored(), bodies: [] as Record<string, unknown>[], link: activation as Link | undefined }
  const fixture = services((method, path, { body }) => {
    if (path === '/ranks' || path === '/positions' || path === '/admin/people') {
      if (method !== 'POST') return list([])
    }
    if (method === 'PATCH' || method === 'POST') {
      state.bodies.push(body as Record<string, unknown>)
      const refusal = refuse?.()
      if (refusal) throw refusal
      if (method === 'POST') return { person: 'N', link: state.link }
      state.person = stored({
        ...state.person,
        name: String((body as { name?: string }).name ?? state.person.name),
        rev: state.person.rev + 1,
      })
    }
    return state.person
  })
  return { ...fixture, state }
}

async function opened(id: string, fixture: ReturnType<typeof server>) {
  const vm = new PersonFormViewModel(fixture.s, id)
  vm.start()
  await settle()
  return vm
}

describe('PersonFormViewModel', () => {
  it('sends only what was changed, with the revision', async () => {
    const f = server()
    const vm = await opened('P', f)
    expect(vm.snapshot.changed).toBe(false)
    vm.set({ name: ' 张玮 ', manager: null })
    expect(vm.snapshot.changed).toBe(true)
    expect(await vm.save()).toBe(true)
    expect(f.state.bodies).toEqual([{ name: '张玮', manager: '0000000000000', rev: 4 }])
    expect(vm.snapshot).toMatchObject({ changed: false, person: { rev: 5 } })
    vm.set({ name: '张玮 ' })
    expect(vm.snapshot.changed).toBe(false) // a blank is no change
  })

  it('keeps one primary membership', async () => {
    const vm = await opened('P', server())
    vm.addMembership({ id: 'D2', name: '市场' })
    const primary = () => vm.snapshot.form.memberships.map((m) => (m.primary ? m.department.id : '')).join('')
    expect(primary()).toBe('D1')
    vm.makePrimary(1)
    expect(primary()).toBe('D2')
    vm.removeMembership(1)
    expect(primary()).toBe('D1')
    vm.removeMembership(0)
    vm.addMembership({ id: 'D3', name: '行政' })
    expect(primary()).toBe('D3')
  })

  it('names the fields that the server refuses', async () => {
    const f = server(() => new ApiError('conflict', 409, '', 0, [{ field: 'login', message: 'taken' }]))
    const vm = await opened('P', f)
    vm.set({ login: 'lina' })
    expect(await vm.save()).toBe(false)
    expect(vm.snapshot.faults).toEqual({ login: 'conflict' })
    expect(f.failed).toEqual([])
    vm.set({ login: 'lina2' })
    expect(vm.snapshot.faults).toEqual({})
  })

  it('lets the reader decide when somebody else was faster', async () => {
    let outdated = true
    const f = server(() => (outdated ? new ApiError('conflict', 409, '', 0, [{ field: 'rev', message: '' }]) : undefined))
    const vm = await opened('P', f)
    vm.set({ name: '章伟' })
    f.state.person = stored({ name: '张玮', login: 'zw', rev: 9 })
    expect(await vm.save()).toBe(false)
    expect(vm.snapshot.outdated).toBe(true)
    await vm.takeNewer('keep')
    expect(vm.snapshot).toMatchObject({ outdated: false, form: { name: '章伟', login: 'zw' }, changed: true })
    outdated = false
    expect(await vm.save()).toBe(true)
    expect(f.state.bodies.at(-1)).toEqual({ name: '章伟', rev: 9 })

    vm.set({ name: '又改' })
    f.state.person = stored({ name: '别人', rev: 20 })
    await vm.takeNewer('replace')
    expect(vm.snapshot).toMatchObject({ form: { name: '别人' }, changed: false })
  })

  it('makes a new person, who needs a name and something to sign in with', async () => {
    const f = server()
    const vm = await opened('', f)
    expect(await vm.create()).toBeUndefined()
    expect(vm.snapshot.faults).toEqual({ name: 'missing', login: 'missing' })
    vm.set({ name: '新人', mobile: '13900000000', rank: 'R6' })
    vm.addMembership({ id: 'D1', name: '研发' })
    vm.changeMembership(0, { position: 'BE' })
    expect(await vm.create()).toMatchObject({ name: '新人', link: { kind: 'activation' } })
    const made = (f.state.bodies as { client_id: string }[]).map(({ client_id, ...rest }) => (client_id ? rest : undefined))
    expect(made).toEqual([
      { name: '新人', mobile: '13900000000', rank: 'R6', memberships: [{ department: 'D1', position: 'BE', primary: true }] },
    ])
  })

  it('repeats what got no answer as the same request, and needs no link any more', async () => {
    let lost = true
    const f = server(() => (lost ? new ApiError('unavailable', 503, '') : undefined))
    const vm = await opened('', f)
    vm.set({ name: '新人', login: 'xin' })
    expect(await vm.create()).toBeUndefined()
    lost = false
    f.state.link = undefined
    expect(await vm.create()).toEqual({ name: '新人', link: undefined })
    expect(f.state.bodies[1]).toEqual(f.state.bodies[0])
  })

  it('says that there is no such person, and that she could not be read', async () => {
    for (const [code, state] of [
      ['not_found', 'unknown'],
      ['unavailable', 'failed'],
    ] as const) {
      const { s } = services(() => {
        throw new ApiError(code, 0, '')
      })
      const vm = new PersonFormViewModel(s, 'P')
      vm.start()
      await settle()
      expect(vm.snapshot.state).toBe(state)
    }
  })
})
