import { describe, expect, it } from 'vitest'
import type { SettingValues } from '../../api/admin'
import { ApiError } from '../../api/client'
import { settle } from '../../sync/testing.test-support'
import { CompanyViewModel, durationOf, millisOf } from './CompanyViewModel'
import { services } from './services.test-support'

const day = 86_400_000
const defaults: SettingValues = {
  company_name: '信枢',
  default_locale: 'zh-CN',
  edit_window_ms: day,
  recall_window_ms: day,
  session_idle_ms: 30 * day,
  session_absolute_ms: 90 * day,
  separate_admin_roles: true,
}

async function opened(refuse?: ApiError) {
  let stored = { ...defaults, company_name: '云帆科技' }
  const bodies: unknown[] = []
  const f = services((method, _, { body }) => {
    if (method === 'PATCH') {
      bodies.push(body)
      if (refuse) throw refuse
      stored = { ...stored, ...(body as Partial<SettingValues>) }
    }
    return { ...stored, defaults }
  })
  const vm = new CompanyViewModel(f.s)
  vm.start()
  await settle()
  return { vm, bodies, ...f }
}

describe('durations', () => {
  it('are shown in the largest unit that fits', () => {
    expect(durationOf(day)).toEqual({ amount: '1', unit: 'day' })
    expect(durationOf(90 * 60_000)).toEqual({ amount: '90', unit: 'minute' })
    expect(durationOf(0)).toEqual({ amount: '0', unit: 'minute' })
    for (const ms of [0, 60_000, 90_000, 3_600_000, 30 * day]) expect(millisOf(durationOf(ms))).toBe(ms)
  })
  it('are numbers only', () => {
    expect(millisOf({ amount: ' 1,5 ', unit: 'hour' })).toBe(5_400_000)
    for (const amount of ['', '-1', '1e9', 'x', '1 2']) expect(millisOf({ amount, unit: 'day' })).toBeUndefined()
  })
})

describe('CompanyViewModel', () => {
  it('sends what differs and nothing else', async () => {
    const { vm, bodies, said } = await opened()
    expect(vm.snapshot.changed).toBe(false)
    vm.set({ edit_window_ms: { amount: '24', unit: 'hour' } })
    expect(vm.snapshot.changed).toBe(false) // the same time in another unit
    vm.set({ edit_window_ms: { amount: '0', unit: 'hour' }, separate_admin_roles: false })
    expect(vm.snapshot.changed).toBe(true)
    expect(await vm.save()).toBe(true)
    expect(bodies).toEqual([{ edit_window_ms: 0, separate_admin_roles: false }])
    expect(vm.snapshot.changed).toBe(false)
    expect(said).toEqual(['admin.saved'])
  })

  it('names what is out of bounds before it is sent', async () => {
    const { vm, bodies } = await opened()
    vm.set({ company_name: ' ', edit_window_ms: { amount: 'x', unit: 'day' }, recall_window_ms: { amount: '367', unit: 'day' } })
    vm.set({ session_idle_ms: { amount: '5', unit: 'minute' }, session_absolute_ms: { amount: '1', unit: 'day' } })
    expect(vm.snapshot.faults).toEqual({
      company_name: 'name',
      edit_window_ms: 'number',
      recall_window_ms: 'range',
      session_idle_ms: 'range',
    })
    vm.set({ session_idle_ms: { amount: '2', unit: 'day' } })
    expect(vm.snapshot.faults.session_idle_ms).toBe('idle')
    expect(await vm.save()).toBe(false)
    expect(bodies).toEqual([])
    vm.undo()
    expect(vm.snapshot).toMatchObject({ faults: {}, changed: false, form: { company_name: '云帆科技' } })
  })

  it('knows defaults and goes back to them', async () => {
    const { vm } = await opened()
    expect([vm.isDefault('company_name'), vm.isDefault('edit_window_ms')]).toEqual([false, true])
    vm.reset('company_name')
    expect(vm.snapshot).toMatchObject({ changed: true, form: { company_name: '信枢' } })
    expect(vm.isDefault('company_name')).toBe(true)
  })

  it('shows which field the server refuses', async () => {
    const { vm, failed } = await opened(new ApiError('invalid', 400, '', 0, [{ field: 'body.company_name', message: '' }]))
    vm.set({ company_name: 'A' })
    expect(await vm.save()).toBe(false)
    expect(vm.snapshot.faults).toEqual({ company_name: 'refused' })
    expect(failed).toEqual([])
  })
})
