import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import type { Department } from '../../api/organisation'
import { settle } from '../../sync/testing.test-support'
import { DepartmentsViewModel } from './DepartmentsViewModel'
import { list, services } from './services.test-support'

const make = (id: string, parent: string | null, sort: number): Department => ({
  id,
  parent,
  name: `Dep ${id}`,
  sort,
  children: 0,
  people: 0,
  people_all: 0,
})

/** A server with the tree T(A(A1), B, C). */
function server(refuse?: ApiError) {
  const all = [make('T', null, 0), make('A', 'T', 10), make('B', 'T', 20), make('C', 'T', 30), make('A1', 'A', 0)]
  const writes: string[] = []
  const ids: string[] = []
  const fixture = services((method, path, { query, body }) => {
    const id = path.split('/')[2] ?? ''
    const at = all.findIndex((d) => d.id === id)
    if (method === 'GET') {
      if (id) return { ...all[at], path: [] }
      const below = all.filter((d) => (d.parent ?? undefined) === query?.parent).sort((a, b) => a.sort - b.sort)
      return list(below.map((d) => ({ ...d, children: all.filter((x) => x.parent === d.id).length })))
    }
    if (method === 'POST') ids.push((body as { client_id: string }).client_id)
    writes.push(`${method} ${path} ${JSON.stringify({ ...(body as object), client_id: undefined })}`)
    if (refuse) throw refuse
    const change = { ...(body as Partial<Department>) }
    if (method === 'PATCH') all[at] = { ...(all[at] as Department), ...change }
    if (method === 'POST') all.push({ ...make('N', change.parent ?? null, change.sort ?? 0), name: change.name ?? '' })
    if (method === 'DELETE') all.splice(at, 1)
    return all[at]
  })
  return { ...fixture, writes, ids, all }
}

async function opened(f: ReturnType<typeof server>) {
  const vm = new DepartmentsViewModel(f.s)
  vm.start()
  await settle()
  await vm.tree.open('A')
  return vm
}
const dep = (vm: DepartmentsViewModel, id: string) => vm.tree.get(id) as Department
const rows = (vm: DepartmentsViewModel) => vm.tree.snapshot.rows.map((r) => `${'·'.repeat(r.level)}${r.key}`).join(' ')

describe('DepartmentsViewModel', () => {
  it('makes a department as the last of its sisters', async () => {
    const f = server()
    const vm = await opened(f)
    vm.open({ kind: 'create', parent: dep(vm, 'T') })
    expect(await vm.create(' 新部门 ', '')).toBe(true)
    expect(f.writes).toEqual(['POST /departments {"name":"新部门","parent":"T","sort":40}'])
    expect(rows(vm)).toBe('·T ··A ···A1 ··B ··C ··N')
    expect(vm.snapshot.dialog).toBeUndefined()
  })

  it('repeats what got no answer as the same request', async () => {
    const f = server(new ApiError('unavailable', 503, ''))
    const vm = await opened(f)
    vm.open({ kind: 'create', parent: dep(vm, 'T') })
    await vm.create('新部门', '')
    f.all.push(make('N', 'T', 40)) // it was carried out after all
    await vm.create('新部门', '')
    expect(f.ids[0]).toBe(f.ids[1])
    expect(f.writes[0]).toBe(f.writes[1])
  })

  it('asks for a name before it asks the server', async () => {
    const f = server()
    const vm = await opened(f)
    vm.open({ kind: 'create', parent: undefined })
    expect(await vm.create('  ', '')).toBe(false)
    expect(vm.snapshot.faults).toEqual({ name: 'missing' })
    expect(f.writes).toEqual([])
  })

  it('moves a subtree, but not below itself or where it is', async () => {
    const f = server()
    const vm = await opened(f)
    expect(['T', 'A', 'A1', 'B'].map((to) => vm.mayReceive(dep(vm, 'A'), to))).toEqual([false, false, false, true])
    vm.open({ kind: 'move', department: dep(vm, 'A'), to: undefined })
    expect(await vm.move()).toBe(false) // nothing was chosen
    vm.target(dep(vm, 'B'))
    expect(await vm.move()).toBe(true)
    expect(f.writes).toEqual(['PATCH /departments/A {"parent":"B","sort":0}'])
    expect(rows(vm)).toBe('·T ··B ···A ····A1 ··C')
  })

  it('changes the order', async () => {
    const f = server()
    const vm = await opened(f)
    await vm.shift(dep(vm, 'C'), -1)
    expect(f.writes).toEqual(['PATCH /departments/C {"sort":15}'])
    expect(rows(vm)).toBe('·T ··A ···A1 ··C ··B')
    await vm.shift(dep(vm, 'A'), -1)
    expect(f.writes.length).toBe(1) // it is the first
  })

  it('sends only what was changed, and names a field that is refused', async () => {
    const f = server(new ApiError('conflict', 409, '', 0, [{ field: 'code', message: '' }]))
    const vm = await opened(f)
    vm.open({ kind: 'edit', department: dep(vm, 'B') })
    expect(await vm.edit('Dep B', 'X1')).toBe(false)
    expect(f.writes).toEqual(['PATCH /departments/B {"code":"X1"}'])
    expect(vm.snapshot.faults).toEqual({ code: 'conflict' })
    expect(vm.snapshot.dialog?.kind).toBe('edit')
  })

  it('deletes, and shows the tree as it is after a refusal', async () => {
    const f = server()
    const vm = await opened(f)
    vm.open({ kind: 'delete', department: dep(vm, 'B') })
    expect(await vm.remove()).toBe(true)
    expect(rows(vm)).toBe('·T ··A ···A1 ··C')
    const g = server(new ApiError('conflict', 409, ''))
    const other = await opened(g)
    g.all.push(make('Z', 'T', 99)) // made by somebody else meanwhile
    other.open({ kind: 'delete', department: dep(other, 'B') })
    expect(await other.remove()).toBe(false)
    expect(g.failed.length).toBe(1)
    expect(rows(other)).toContain('··Z')
  })
})
