import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import { settle } from '../../sync/testing.test-support'
import { DepartViewModel } from './DepartViewModel'
import { services } from './services.test-support'

const handover = { count: 1, items: [{ id: 'C', kind: 'group', name: 'Ops', members: 3, next: { id: 'N', name: 'Next' } }] }
const heir = { id: 'H', kind: 'person', name: 'Heir', department: '', position: '' } as const

describe('DepartViewModel', () => {
  it('shows what is handed over and sends who takes it', async () => {
    const { s, api } = services((method) => (method === 'GET' ? handover : undefined))
    const vm = new DepartViewModel(s, { id: 'P' })
    vm.start()
    await settle()
    expect(vm.snapshot).toMatchObject({ state: 'ready', handover })
    vm.choose(heir)
    expect(await vm.depart()).toBe(true)
    expect(api.asked.at(-1)).toBe('POST /admin/people/P/depart?heir=H')
  })

  it('can be tried again when it could not be read or was refused', async () => {
    let down = true
    const { s, failed } = services((method) => {
      if (down) throw new ApiError('unavailable', 503, '')
      return method === 'GET' ? { count: 0, items: [] } : undefined
    })
    const vm = new DepartViewModel(s, { id: 'P' })
    vm.start()
    await settle()
    expect(vm.snapshot.state).toBe('failed')
    expect(await vm.depart()).toBe(false)
    expect(failed.length).toBe(1)
    down = false
    await vm.load()
    expect(vm.snapshot).toMatchObject({ state: 'ready', busy: false })
    expect(await vm.depart()).toBe(true)
  })
})
