import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/client'
import { settle } from '../../sync/testing.test-support'
import { CataloguesViewModel, type RankEntry } from './CataloguesViewModel'
import { list, services } from './services.test-support'

const use = { people: 0, former: 0 }

function server(refuse?: ApiError) {
  const positions = [
    { id: 'a', name: '产品经理', code: 'PM', ...use },
    { id: 'b', name: '后端工程师', ...use },
  ]
  const ranks = [
    { id: 'p5', name: 'P5', level: 50, ...use },
    { id: 'p6', name: 'P6', level: 60, ...use },
    { id: 'm1', name: 'M1', level: 70, ...use },
  ]
  const writes: string[] = []
  const ids: string[] = []
  const fixture = services((method, path, { body }) => {
    if (method === 'GET') return list(path === '/ranks' ? [...ranks].sort((x, y) => x.level - y.level) : positions)
    const { client_id, ...rest } = (body ?? {}) as { client_id?: string }
    writes.push(`${method} ${path} ${JSON.stringify(body ? rest : null)}`)
    if (client_id) ids.push(client_id)
    if (refuse) throw refuse
    const rank = ranks.find((r) => path === `/ranks/${r.id}`)
    if (rank) Object.assign(rank, body)
    return {}
  })
  return { ...fixture, writes, ids }
}

async function opened(f: ReturnType<typeof server>) {
  const vm = new CataloguesViewModel(f.s)
  vm.start()
  await settle()
  return vm
}
const order = (vm: CataloguesViewModel) => vm.snapshot.ranks.map((r) => r.name).join(' ')

describe('CataloguesViewModel', () => {
  it('lists the highest rank first and changes the order', async () => {
    const f = server()
    const vm = await opened(f)
    expect(order(vm)).toBe('M1 P6 P5')
    await vm.shift(vm.snapshot.ranks[2] as RankEntry, -1)
    expect(order(vm)).toBe('M1 P5 P6')
    expect(f.writes).toEqual(['PATCH /ranks/p5 {"level":65}'])
    await vm.shift(vm.snapshot.ranks[0] as RankEntry, 1)
    expect(order(vm)).toBe('P5 M1 P6')
  })

  it('makes a rank above all others, and a position', async () => {
    const f = server()
    const vm = await opened(f)
    vm.open({ kind: 'create', which: 'ranks' })
    await vm.save(' M2 ', '')
    vm.open({ kind: 'create', which: 'positions' })
    await vm.save('策划', 'PL')
    expect(f.writes).toEqual(['POST /ranks {"name":"M2","code":"","level":80}', 'POST /positions {"name":"策划","code":"PL"}'])
  })

  it('repeats what got no answer as the same request', async () => {
    const f = server(new ApiError('unavailable', 503, ''))
    const vm = await opened(f)
    for (const which of ['ranks', 'positions'] as const) {
      vm.open({ kind: 'create', which })
      await vm.save('M2', '')
      await vm.save('M2', '')
    }
    expect(f.ids[0]).toBe(f.ids[1])
    expect(f.ids[2]).toBe(f.ids[3])
    expect(f.ids[0]).not.toBe(f.ids[2])
  })

  it('finds positions by name and code', async () => {
    const vm = await opened(server())
    vm.find('pm')
    expect(vm.snapshot.positions.map((p) => p.id)).toEqual(['a'])
    vm.find('工程')
    expect(vm.snapshot.positions.map((p) => p.id)).toEqual(['b'])
  })

  it('names what is taken, in the dialog', async () => {
    const f = server(new ApiError('conflict', 409, '', 0, [{ field: 'name', message: '' }]))
    const vm = await opened(f)
    vm.open({ kind: 'create', which: 'positions' })
    expect(await vm.save('  ', '')).toBe(false)
    expect(vm.snapshot.faults).toEqual({ name: 'missing' })
    expect(await vm.save('后端工程师', '')).toBe(false)
    expect(vm.snapshot).toMatchObject({ faults: { name: 'conflict' }, dialog: { kind: 'create' }, busy: false })
    expect(f.failed).toEqual([])
  })

  it('deletes', async () => {
    const f = server()
    const vm = await opened(f)
    vm.open({ kind: 'delete', which: 'ranks', entry: vm.snapshot.ranks[0] as RankEntry })
    expect(await vm.remove()).toBe(true)
    expect(f.writes).toEqual(['DELETE /ranks/m1 null'])
  })

  it('recovers from a failure to read', async () => {
    let down = true
    const { s } = services(() => {
      if (down) throw new ApiError('unavailable', 503, '')
      return list([])
    })
    const vm = new CataloguesViewModel(s)
    vm.start()
    await settle()
    expect(vm.snapshot.state).toBe('failed')
    down = false
    await vm.load()
    expect(vm.snapshot.state).toBe('ready')
  })
})
