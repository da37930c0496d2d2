import { describe, expect, it } from 'vitest'
import type { Preview } from '../../api/admin'
import { ApiError, NetworkError } from '../../api/client'
import { settle } from '../../sync/testing.test-support'
import { ImportViewModel } from './ImportViewModel'
import { pending, services } from './services.test-support'

const zero = { created: 0, changed: 0, moved: 0, left: 0 }
const preview = (plan: string): Preview => ({
  plan,
  errors: [],
  diff: {
    departments: zero,
    people: { ...zero, created: 1, left: 1 },
    positions: 0,
    ranks: 0,
    items: [
      { kind: 'person', act: 'created', name: 'New', line: 2 },
      { kind: 'person', act: 'left', name: 'Old' },
    ],
  },
})
const csv = new File(['x'], 'company.csv')

/** A server whose apply is answered by the test. */
function server() {
  const applied = pending<unknown>()
  const state = { running: true, done: 0, total: 0 }
  let n = 0
  const f = services((method, path) => {
    if (path === '/org/import/preview') return preview(`plan${++n}`)
    if (path === '/org/import/apply') return applied.promise
    if (path === '/org/import' && method === 'GET') return { ...state }
    return undefined
  })
  return { ...f, applied, state, vm: new ImportViewModel(f.s) }
}

describe('ImportViewModel', () => {
  it('takes the preview away when the file or its meaning changes', async () => {
    const { vm, api } = server()
    vm.choose(csv)
    await vm.look()
    expect(vm.snapshot).toMatchObject({ step: 'preview', preview: { plan: 'plan1' } })
    vm.setReplace(true)
    expect(vm.snapshot).toMatchObject({ step: 'choose', preview: undefined, items: [] })
    await vm.apply()
    expect(api.asked.some((x) => x.includes('apply'))).toBe(false)
    await vm.look()
    expect(api.asked.at(-1)).toContain('replace=true')
    vm.choose(new File(['y'], 'other.json'))
    expect(vm.snapshot.preview).toBeUndefined()
    await vm.look()
    expect(api.asked.at(-1)).toContain('format=json')
  })

  it('does not show the preview of a file that was given up', async () => {
    const slow = pending<Preview>()
    const { s } = services(() => slow.promise)
    const vm = new ImportViewModel(s)
    vm.choose(csv)
    const looking = vm.look()
    expect(vm.snapshot.step).toBe('reading')
    await vm.cancel()
    slow.answer(preview('late'))
    await looking
    expect(vm.snapshot).toMatchObject({ step: 'choose', preview: undefined, failure: undefined })
  })

  it('shows the changes of one kind', async () => {
    const { vm } = server()
    vm.choose(csv)
    await vm.look()
    vm.show('left')
    expect(vm.snapshot.items.map((x) => x.name)).toEqual(['Old'])
    vm.show('all')
    expect(vm.snapshot.items.length).toBe(2)
  })

  it('says how far it is, and what was written', async () => {
    const { vm, timers, applied, state } = server()
    vm.choose(csv)
    await vm.look()
    const applying = vm.apply()
    Object.assign(state, { done: 20, total: 80 })
    await timers.pass(400)
    expect(vm.snapshot).toMatchObject({ step: 'applying', progress: 0.25 })
    vm.setReplace(true) // not while it is written
    expect(vm.snapshot.replace).toBe(false)
    applied.answer({ diff: preview('').diff })
    await applying
    expect(vm.snapshot).toMatchObject({ step: 'done', result: { people: { created: 1 } } })
    vm.again()
    expect(vm.snapshot).toMatchObject({ step: 'choose', file: undefined, result: undefined })
  })

  it('stops on request', async () => {
    const { vm, api, applied } = server()
    vm.choose(csv)
    await vm.look()
    const applying = vm.apply()
    await vm.cancel()
    await vm.cancel() // once is enough
    expect(vm.snapshot.stopping).toBe(true)
    expect(api.asked.filter((x) => x.startsWith('DELETE'))).toEqual(['DELETE /org/import'])
    applied.fail(new ApiError('gone', 410, ''))
    await applying
    expect(vm.snapshot).toMatchObject({ step: 'choose', failure: { code: 'stopped' }, stopping: false })
  })

  it('asks for a new preview when the organisation has changed', async () => {
    const { vm, applied } = server()
    vm.choose(csv)
    await vm.look()
    const applying = vm.apply()
    applied.fail(new ApiError('conflict', 409, ''))
    await applying
    expect(vm.snapshot).toMatchObject({ step: 'choose', preview: undefined, failure: { code: 'changed' } })
    await vm.look()
    expect(vm.snapshot).toMatchObject({ step: 'preview', preview: { plan: 'plan2' }, failure: undefined })
  })

  it('names why a file cannot be read', async () => {
    const refusals = [
      new ApiError('invalid', 400, 'This is a workbook or an archive. Save the table as CSV.'),
      new NetworkError('x'),
    ]
    const { s } = services(() => {
      throw refusals.shift()
    })
    const vm = new ImportViewModel(s)
    vm.choose(new File(['x'], 'company.xlsx'))
    expect(vm.snapshot.failure?.code).toBe('kind')
    await vm.look()
    expect(refusals.length).toBe(2) // not sent
    vm.choose(csv)
    await vm.look()
    expect(vm.snapshot.failure).toEqual({ code: 'invalid', reason: 'This is a workbook or an archive. Save the table as CSV.' })
    await vm.look()
    expect(vm.snapshot.failure?.code).toBe('network')
    await settle()
    expect(vm.snapshot.step).toBe('choose')
  })
})
