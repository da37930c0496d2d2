import { describe, expect, it } from 'vitest'
import type { Receipts as Page } from '../../api/types'
import { Receipts } from '../../model/receipts'
import { fakeApi, settle } from '../../sync/testing.test-support'
import type { Services } from '../kit/services'
import { byDepartment, ReceiptsViewModel } from './ReceiptsViewModel'

const brief = (id: string, department: string) => ({ id, kind: 'person', name: id, department, position: '' })

async function setup(page: Page) {
  let now = page
  const api = fakeApi(() => now)
  const receipts = new Receipts(api)
  const failures: unknown[] = []
  const vm = new ReceiptsViewModel({ api, receipts, fail: (e: unknown) => failures.push(e) } as unknown as Services, 'C', 7)
  vm.start()
  await settle()
  const change = async (next: Page) => {
    now = next
    receipts.set('C', [{ seq: 7, read: next.read_count, unread: next.unread_count }])
    await settle()
  }
  return { vm, change }
}

const page = (read: string[], unread: string[]): Page => ({
  read: read.map((id) => ({ person: brief(id, '研发部'), at: '2026-11-23T08:00:00.000Z' })),
  unread: unread.map((id) => brief(id, id === 'C' ? '' : '财务部')),
  read_count: read.length,
  unread_count: unread.length,
  next_cursor: null,
})

describe('byDepartment', () => {
  it('puts the largest first and who has none at the end', () => {
    const readers = ['', '', '', 'A', 'B', 'B'].map((d, i) => ({ person: brief(String(i), d), at: undefined }))
    expect(byDepartment(readers).map((g) => [g.name, g.readers.length])).toEqual([
      ['B', 2],
      ['A', 1],
      ['', 3],
    ])
  })
})

describe('ReceiptsViewModel', () => {
  it('begins with who has read it, or with who has not when nobody did', async () => {
    expect((await setup(page(['A'], ['B']))).vm.snapshot).toMatchObject({ tab: 'read', read: 1, unread: 1 })
    const { vm } = await setup(page([], ['B', 'C']))
    expect(vm.snapshot.tab).toBe('unread')
    expect(vm.snapshot.groups.map((g) => g.name)).toEqual(['财务部', ''])
  })

  it('follows as people read, on the tab that was chosen', async () => {
    const { vm, change } = await setup(page([], ['A', 'B']))
    await change(page(['A'], ['B']))
    expect(vm.snapshot).toMatchObject({ tab: 'unread', read: 1, unread: 1 })
    expect(vm.snapshot.groups[0]?.readers.map((r) => r.person.id)).toEqual(['B'])
  })
})
